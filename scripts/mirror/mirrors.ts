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
  /**
   * Why a file, or those of a folder (`cli/time/`), have no mirror: a few words, and behind `: ` the tests that they are a
   * part of, below `test/`.
   */
  exceptions: Readonly<Record<string, string>>
}

/** A row for each source file, in their order. */
export function mirrorsOf({ sources, codes, exceptions }: Tested): Row[] {
  const mirrors = mirrorsByStart([...codes.keys()].filter(file => file.endsWith('.test.ts')))
  const reach = reachOf(codes)
  return sources.map(file => {
    const own = mirrors.get(startOf(file))?.filter(test => reach(test).has(file)) ?? []
    if (own.length > 0) return { file, how: 'tested', by: own.join(', ') }
    const reason = exceptions[keyOf(file, exceptions)]
    return reason === undefined ? { file, how: 'untested', by: '' } : { file, how: 'excepted', by: reason }
  })
}

/** What is wrong: a file that no test mirrors without a reason, and a reason that is none any more. */
export function complaintsOf(tested: Tested): string[] {
  const { codes, exceptions } = tested
  const rows = mirrorsOf(tested)
  const untested = rows.filter(({ how }) => how === 'untested')
  const reach = reachOf(codes)
  const isReached = (test: string, file: string) => isEndToEnd(test) || reach(test).has(file)
  const without = rows.filter(({ how }) => how === 'excepted')
  const byKey = Map.groupBy(without, ({ file }) => keyOf(file, exceptions))
  const stale = Object.entries(exceptions).flatMap(([key, reason]) => {
    const tests = testsOf(reason)
    const gone = tests.find(test => !codes.has(test))
    if (tests.length === 0 || gone !== undefined) return [`${key}: no test is where its exception says: ${reason}`]
    const excepted = byKey.get(key)
    if (!excepted) return [`${key}: its exception is stale: ${whyStale(key, rows)}`]
    const files = excepted.map(({ file }) => file)
    const unreached = files.filter(file => !tests.some(test => isReached(test, file)))
    const idle = tests.filter(test => !files.some(file => isReached(test, file)))
    return unreached.length > 0
      ? unreached.map(file => `${file}: ${tests.join(', ')} does not reach it, so that is no reason`)
      : idle.map(test => `${key}: ${test} reaches none of it, so that is no reason`)
  })
  return [...untested.map(({ file }) => `${file}: it has no ${mirrorOf(file)}, and no exception`), ...stale]
}

/** The exception of a file: its own, or that of the innermost folder; the file itself where there is none. */
function keyOf(file: string, exceptions: Tested['exceptions']): string {
  const keys = Object.keys(exceptions).filter(key => key === file || (key.endsWith('/') && file.startsWith(key)))
  return keys.sort((a, b) => b.length - a.length)[0] ?? file
}

function whyStale(key: string, rows: Row[]): string {
  if (key.endsWith('/')) return 'no file there needs it'
  const row = rows.find(({ file }) => file === key)
  return row ? `it has ${row.by}` : 'there is no such file with functions'
}

/** These reach the built programs, which are no arrows. */
function isEndToEnd(test: string): boolean {
  return /^test\/(e2e|docs|etc|pods|scripts)\//.test(test)
}

/** What each test reaches, looked for once. */
function reachOf(codes: ReadonlyMap<string, Code>): (test: string) => ReadonlySet<string> {
  const graph = graphOf(codes)
  const known = new Map<string, ReadonlySet<string>>()
  return test => {
    const reached = known.get(test) ?? reachedAtRuntime(graph, test)
    known.set(test, reached)
    return reached
  }
}

/** `wiring: e2e/adoption, cli/run` names `test/e2e/adoption.test.ts` and `test/cli/run.test.ts`. */
function testsOf(reason: string): string[] {
  const [, names = ''] = /: ([\w/., -]+)$/.exec(reason) ?? []
  return names === '' ? [] : names.split(', ').map(name => `test/${name}.test.ts`)
}

function mirrorOf(file: string): string {
  return `test/${file.replace(/\.\w+$/, '.test.ts')}`
}

/** What the names of its mirrors begin with. */
function startOf(file: string): string {
  return mirrorOf(file).replace(/test\.ts$/, '')
}

/** Also `query.property.test.ts` is a mirror of `query.ts`. */
function mirrorsByStart(tests: readonly string[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>()
  for (const test of tests) {
    const [, start = '', more = ''] = /^(.*?\/[^/]*?\.)([\w-]+\.)?test\.ts$/.exec(test) ?? []
    for (const each of more === '' ? [start] : [start, start + more])
      found.set(each, [...(found.get(each) ?? []), test])
  }
  return found
}
