// Which source file is tested by which: `daemon/tree/pods.ts` by `test/daemon/tree/pods.test.ts`, its mirror. It reads no file.
import type { Code } from '../source/code.ts'
import { graphOf, reachedAtRuntime } from '../source/graph.ts'

/** `tested`: `by` is its mirror. `excepted`: it has none, for the reason `by`. `untested`: it has none. */
export type Row = { file: string; how: 'tested' | 'excepted' | 'untested'; by: string }

export type Tested = {
  /** The source files that hold functions. */
  sources: readonly string[]
  /** All source files and all files below `test/`. */
  codes: ReadonlyMap<string, Code>
  /** Why a file has no mirror: a few words, and behind `: ` what tests it, below `test/`. */
  exceptions: Readonly<Record<string, string>>
}

/** A row for each source file, in their order. */
export function mirrorsOf({ sources, codes, exceptions }: Tested): Row[] {
  const mirrors = [...codes.keys()].filter(file => file.endsWith('.test.ts'))
  const graph = graphOf(codes)
  return sources.map(file => {
    const reason = exceptions[file]
    const own = mirrors.filter(test => isMirror(test, file) && reachedAtRuntime(graph, test).has(file))
    if (own.length > 0) return { file, how: 'tested', by: own.join(', ') }
    return reason === undefined ? { file, how: 'untested', by: '' } : { file, how: 'excepted', by: reason }
  })
}

/** What is wrong: a file that no test mirrors without a reason, and a reason that is none any more. */
export function complaintsOf(tested: Tested): string[] {
  const rows = mirrorsOf(tested)
  const untested = rows.filter(({ how }) => how === 'untested')
  const graph = graphOf(tested.codes)
  const stale = Object.entries(tested.exceptions).flatMap(([file, reason]) => {
    const why = whyStale(rows.find(row => row.file === file))
    if (why !== undefined) return [`${file}: its exception is stale: ${why}`]
    const test = testOf(reason)
    if (test === undefined || !tested.codes.has(test))
      return [`${file}: no test is where its exception says: ${reason}`]
    // End-to-end tests reach the built programs, which are no arrows.
    const isReached = !isUnit(test) || reachedAtRuntime(graph, test).has(file)
    return isReached ? [] : [`${file}: ${test} does not reach it, so that is no reason`]
  })
  return [...untested.map(({ file }) => `${file}: it has no ${mirrorOf(file)}, and no exception`), ...stale]
}

function whyStale(row: Row | undefined): string | undefined {
  if (!row) return 'there is no such file with functions'
  return row.how === 'tested' ? `it has ${row.by}` : undefined
}

/** `wiring: e2e/adoption` names `test/e2e/adoption.test.ts`. */
function testOf(reason: string): string | undefined {
  const [, name] = /: ([\w/.-]+)$/.exec(reason) ?? []
  return name === undefined ? undefined : `test/${name}.test.ts`
}

function isUnit(test: string): boolean {
  return !/^test\/(e2e|docs|etc|scripts)\//.test(test)
}

function mirrorOf(file: string): string {
  return `test/${file.replace(/\.\w+$/, '.test.ts')}`
}

/** Also `query.property.test.ts` is a mirror of `query.ts`. */
function isMirror(test: string, file: string): boolean {
  const start = mirrorOf(file).replace(/test\.ts$/, '')
  return test.startsWith(start) && /^([\w-]+\.)?test\.ts$/.test(test.slice(start.length))
}
