// The command lines of a unit of systemd, for a shell. systemd puts variables into them, and gives them to no shell.
import { shellWord } from '../say/shell-word.ts'
import { programLine } from './program-line.ts'
import { unitTokens, unitWords } from './unit-file.ts'

/** A command line of a unit. `mayFail`: it does not matter how it ends. */
export type UnitCommand = { line: string; mayFail: boolean }

/** A value may hold several, with a `;` that stands alone between them. */
export function unitCommands(value: string): UnitCommand[] {
  const lines: string[][] = [[]]
  for (const token of unitTokens(value)) {
    if (token === ';') lines.push([])
    else lines.at(-1)?.push(token)
  }
  return lines.filter(tokens => tokens.length > 0).map(tokens => unitCommand(tokens.join(' ')))
}

/** @param value such as `-/bin/sh -c "x"`: what stands before the program says how it is run */
export function unitCommand(value: string): UnitCommand {
  const [, prefix = '', rest = ''] = /^([-@:+!|]*)(.*)$/s.exec(value) ?? []
  const words = unitWords(rest)
  // Behind an @ the second word is the name that the program sees.
  if (prefix.includes('@')) words.splice(1, 1)
  const takesVariables = !prefix.includes(':')
  return { line: words.map(word => shellText(word, takesVariables)).join(' '), mayFail: prefix.includes('-') }
}

/** What is run before comes first, and where that fails, nothing is started. */
export function unitChain(before: readonly UnitCommand[], main: UnitCommand): string {
  if (before.length === 0) return programLine(main.line)
  const steps = before.map(({ line, mayFail }) => (mayFail ? `{ ${line} || true; }` : line))
  return [...steps, `exec ${main.line}`].join(' && ')
}

/** `$NAME` alone is several words, `${NAME}` a part of one, and `$$` a dollar sign. What else has a `$` is for the program. */
function shellText(word: string, takesVariables: boolean): string {
  if (!takesVariables) return shellWord(word)
  if (/^\$[A-Za-z_]\w*$/.test(word)) return word
  // Texts and variables take turns. A word has no zero bytes, so one can stand for a dollar sign.
  const parts = word.replaceAll('$$', '\0').split(/(\$\{[A-Za-z_]\w*\})/)
  const texts = parts.map((part, index) => {
    if (index % 2 === 1) return `"${part}"`
    return part === '' ? '' : shellWord(part.replaceAll('\0', '$'))
  })
  return texts.join('') || "''"
}
