// The sources hold to the rules of docs/DESIGN.md; and a breach of each rule that is planted among them is found.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { breachesIn } from '../../scripts/arrows/breaches.ts'
import { type Project, projectOf, readProject } from '../../scripts/arrows/project.ts'
import { codesIn, tableIn } from '../../scripts/source/design.ts'
import { graphOf } from '../../scripts/source/graph.ts'
import { root } from '../paths.ts'

const test = suite('arrows')

const sources = await readProject(root)
const before = breachesIn(sources)

/** What is found once `texts` stand among the sources, by path. */
async function found(texts: Record<string, string>): Promise<string[]> {
  const planted = await projectOf(sources.page, new Map(Object.entries(texts)))
  const codes = new Map([...sources.codes, ...planted.codes])
  return newIn({ ...sources, codes, graph: graphOf(codes) })
}

function newIn(project: Project): string[] {
  return breachesIn(project).filter(breach => !before.includes(breach))
}

test('breachesIn() finds nothing in the sources', () => {
  assert.equal(before, [])
})

test('breachesIn() finds a folder that imports one it may not, be it for its types or when it is called', async () => {
  const upward = 'daemon/system/planted.ts: daemon/ may not import ../../cli/run.ts'
  assert.equal(await found({ 'daemon/system/planted.ts': "import { run } from '../../cli/run.ts'" }), [upward])
  assert.equal(await found({ 'daemon/system/planted.ts': "import type { run } from '../../cli/run.ts'" }), [upward])
  assert.equal(await found({ 'daemon/system/planted.ts': "export const load = () => import('../../cli/run.ts')" }), [
    upward,
  ])
  assert.equal(await found({ 'daemon/system/planted.ts': "export type Cli = typeof import('../../cli/run.ts')" }), [
    upward,
  ])
})

test('breachesIn() finds a pod that ships and uses more than a pod of anyone may', async () => {
  assert.equal(
    await found({ 'pods/queue/planted.ts': "import { connect } from 'p8a/client'\nimport type { Pod } from 'p8a'" }),
    [],
  )
  assert.equal(await found({ 'pods/queue/planted.ts': "import { connect } from '../../cli/client/client.ts'" }), [
    'pods/queue/planted.ts: pods/ may not import ../../cli/client/client.ts',
  ])
})

test('breachesIn() finds input and output in the protocol', async () => {
  assert.equal(await found({ 'protocol/planted.ts': "import { readFile } from 'node:fs/promises'" }), [
    'protocol/planted.ts: protocol/ may not import node:fs/promises',
  ])
})

test('breachesIn() finds a package in the shim, and one that it reaches by the protocol', async () => {
  assert.equal(await found({ 'shim/log/planted.ts': "import * as v from 'valibot'" }), [
    'shim/log/planted.ts: shim/ may not import valibot',
    'shim/log/planted.ts: shim/ reaches it, and may not reach the package valibot',
  ])
  const [breach] = await found({
    'shim/log/planted.ts': "import { word } from '../../protocol/planted.ts'",
    'protocol/planted.ts': "import * as v from 'valibot'\nexport const word = v.string()",
  })
  assert.is(breach, 'protocol/planted.ts: shim/ reaches it, and may not reach the package valibot')
  const types = { 'shim/log/planted.ts': "import type { Methods } from '../../protocol/methods.ts'" }
  assert.equal(await found(types), [], 'types are gone when it runs')
})

test('breachesIn() finds an import from a higher floor, from the same one, and a place without a floor', async () => {
  assert.equal(await found({ 'cli/remote/planted.ts': "import { run } from '../commands/stop.ts'" }), [
    'cli/remote/planted.ts: may not import cli/commands/stop.ts, by its floor',
  ])
  assert.equal(await found({ 'cli/say/planted.ts': "import { parseTime } from '../time/time.ts'" }), [
    'cli/say/planted.ts: may not import cli/time/time.ts, by its floor',
  ])
  assert.equal(await found({ 'cli/say/planted.ts': "import { connect } from '../client/client.ts'" }), [])
  assert.equal(await found({ 'cli/planted.ts': 'export {}' }), ['cli/planted.ts: cli/ has no floor for it'])
})

test('breachesIn() finds a floor of the page on which nothing stands', () => {
  const page = sources.page.replace('| `say/`, `time/` |', '| `say/`, `time/`, `sing/` |')
  assert.equal(newIn({ ...sources, page }), ['docs/DESIGN.md: there is nothing in cli/sing/, which has a floor'])
})

for (const [power = '', words] of tableIn(sources.page, '## Who owns which power')) {
  test(`breachesIn() finds ${power} where it is nobody's power`, async () => {
    for (const word of codesIn(words)) {
      const breaches = await found({ 'cli/say/planted.ts': useOf(word) })
      assert.equal(breaches, [`cli/say/planted.ts: ${power} is not its power (${word})`])
    }
  })
}

/** A line that uses a power by its word. */
function useOf(word: string): string {
  if (word.startsWith('process.')) return `${word}()`
  if (word.startsWith('fs.')) return `import { ${word.slice(3)} } from 'node:fs'`
  return word === 'toWireError' ? `import { ${word} } from '../../protocol/errors.ts'` : `import '${word}'`
}

test('breachesIn() finds a power however it is come by', async () => {
  for (const text of [
    "import fs from 'node:fs'\nfs.rmSync('x')",
    "import * as fs from 'node:fs/promises'\nawait fs.rm('x')",
    "const { rmSync } = process.getBuiltinModule('node:fs')",
    "const fs = process.getBuiltinModule('node:fs')\nfs.rmSync('x')",
    "const { rm } = await import('node:fs/promises')",
    "process.getBuiltinModule('node:fs').rmSync('x')",
  ]) {
    const breaches = await found({ 'cli/say/planted.ts': text })
    assert.match(breaches.join('\n'), /^cli\/say\/planted.ts: making, moving and removing files is not its power/, text)
  }
})

test('breachesIn() finds an owner that does not use its power', () => {
  const page = sources.page.replace('| measuring | `pidusage` | ', '$&`cli/run.ts`, ')
  assert.equal(newIn({ ...sources, page }), [
    'docs/DESIGN.md: cli/run.ts does not use the power that is said to be its own: measuring',
  ])
})

test('breachesIn() finds a circle, also where only types close it', async () => {
  const circle = ['a circle of imports: cli/say/planted-a.ts, cli/say/planted-b.ts']
  const a = "import { b } from './planted-b.ts'\nexport const a = () => b"
  assert.equal(
    await found({ 'cli/say/planted-a.ts': a, 'cli/say/planted-b.ts': "import { a } from './planted-a.ts'" }),
    circle,
  )
  assert.equal(
    await found({ 'cli/say/planted-a.ts': a, 'cli/say/planted-b.ts': "import type { a } from './planted-a.ts'" }),
    circle,
  )
  assert.equal(
    await found({
      'cli/say/planted-a.ts': a,
      'cli/say/planted-b.ts': "export const b = () => import('./planted-a.ts')",
    }),
    circle,
  )
})

test.run()
