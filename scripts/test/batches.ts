// Which test files run in one process, and what each of them wrote there.
import { posix } from 'node:path'

/**
 * What belongs to a whole process or to the machine, so that a test that touches it runs in a process of its own. What is only read does not; neither do
 * files, of which each test has a directory of its own, nor sockets at free ports.
 */
const apart =
  /\bprocess\.(?!ts'|(?:pid|execPath|getuid|getgid|platform|version|arch)\b)|globalThis|setTimeout|setInterval|registerHooks|harness|Object\.assign\(fs\b|\b(?:Date|performance)\.now = |'execa'|'node:(?!\d|(?:assert|buffer|crypto|events|fs|http|http2|net|os|path|stream|timers|tls|url|util|v8|vm|zlib)\b)/
/** Parts of p8a that keep something for the whole process and do not forget it. */
const remembers = /'\.[^']*\/(?:seal|first-load|children|print|stamp|bounds\/(?:engine|engine-now|levels|groups))\.ts'/
/** A helper may make sockets, which it closes with its test, but begin no program. A method of a machine without processes begins none. */
const beginsPrograms = /'execa'|(?<![.#])\b(?:spawn|fork)\(/
/** A longer file is a job of its own, so that the processors share the work evenly. */
const mostMs = 2000
const filesOfBatch = 40

/**
 * The jobs of a run, each a list of files for one process: those that begin no program and change nothing of their process are put
 * together. Long jobs come first, and short files of their own last, so that no processor waits for another at the end.
 * @param of the text of a file of the tests, helpers too, and how long one is expected to take
 */
export function batchesOf(
  files: readonly string[],
  of: { text: (file: string) => string; expectedMs: (file: string) => number },
): string[][] {
  const isSmall = (file: string) =>
    of.expectedMs(file) <= mostMs &&
    !apart.test(of.text(file)) &&
    !remembers.test(of.text(file)) &&
    !helpersOf(file, of.text).some(helper => beginsPrograms.test(of.text(helper)))
  const { true: small = [], false: alone = [] } = Object.groupBy(files, file => `${isSmall(file)}` as const)
  const count = Math.ceil(small.length / filesOfBatch)
  const batches = Array.from({ length: count }, (_, at) => small.filter((_, index) => index % count === at))
  const { true: long = [], false: short = [] } = Object.groupBy(
    alone,
    file => `${of.expectedMs(file) > mostMs}` as const,
  )
  const msOf = (files: readonly string[]) => files.reduce((sum, file) => sum + of.expectedMs(file), 0)
  const jobs = [...long.map(file => [file]), ...batches].toSorted((one, other) => msOf(other) - msOf(one))
  return [...jobs, ...short.map(file => [file])]
}

/** All files of the tests that one imports, and those that they import. */
function helpersOf(file: string, text: (file: string) => string, found = new Set<string>()): string[] {
  for (const [, path = ''] of text(file).matchAll(/^(?:import\b.*|\} )from '(\.[^']+\.ts)'/gm)) {
    const helper = posix.join(posix.dirname(file), path)
    if (!helper.startsWith('test/') || found.has(helper)) continue
    found.add(helper)
    helpersOf(helper, text, found)
  }
  return [...found]
}

/** The line that says that a file has ended. */
export const endOf = (file: string) => `# END ${file}\n`

/**
 * What each file of a batch wrote, in their order. What comes after the last end belongs to the file that did not reach its
 * own; the files after that one did not begin, and are not in the answer.
 */
export function sectionsOf(
  files: readonly string[],
  output: string,
): { file: string; output: string; isWhole: boolean }[] {
  const sections = []
  let rest = output
  for (const file of files) {
    const [section = '', after] = splitOnce(rest, endOf(file))
    sections.push({ file, output: section, isWhole: after !== undefined })
    if (after === undefined) break
    rest = after
  }
  return sections
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)]
}
