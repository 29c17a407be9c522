// A command line of one program, so written that the program takes the place of its shell: then the process of the run is that
// program, and how that ends is how the run ends. Debian's /bin/sh stays as its parent, and would tell 137 of a SIGKILL.

/** What joins programs, or begins another: such a line keeps its shell. */
const isJoined = /[|&;()<>`\n\\]/
const inQuotes = /'[^']*'|"[^"\\]*"/g

/** What a shell does by itself, and no program of that name. */
const ofShell = new Set(
  (
    '. : [ alias bg break case cd command continue do done elif else esac eval exec exit export fg fi for function getopts ' +
    'hash if in jobs local read readonly return select set shift source then time times trap type ulimit umask unalias unset ' +
    'until wait while { } ! [['
  ).split(' '),
)

/** What a program gets beside the variables of its shell. */
const variables = /^(?:[A-Za-z_]\w*=(?:'[^']*'|"[^"\\]*"|[^\s'"])*\s+)*/

/** @param line for `/bin/sh -c` */
export function execLine(line: string): string {
  const [given = ''] = variables.exec(line.trim()) ?? []
  const command = line.trim().slice(given.length)
  const [first = ''] = command.split(/\s/, 1)
  const isProgram = /^[\w./+-]+$/.test(first) && !ofShell.has(first)
  return isProgram && !isJoined.test(line.replace(inQuotes, '')) ? `${given}exec ${command}` : line
}
