// Which test files share a process, and what is made of what they write there.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { batchesOf, endOf, sectionsOf } from '../../../scripts/test/batches.ts'

const test = suite('batches')

const pure = "import { parse } from '../protocol/lines.ts'\nimport { join } from 'node:path'\n"
const batches = (files: Record<string, string>, expectedMs: (file: string) => number = () => 100) =>
  batchesOf(Object.keys(files), { text: file => files[file] ?? '', expectedMs })

test('files that touch nothing but memory and files of their own share a process', () => {
  const withFiles = "import { readFileSync } from 'node:fs'\nimport { scratch } from '../scratch.ts'"
  assert.equal(batches({ a: pure, b: pure, c: withFiles }), [['a', 'b', 'c']])
})

for (const text of [
  "import { spawn } from 'node:child_process'",
  "import { mock } from 'node:test'",
  "import { execa } from 'execa'",
  "import { openHost } from './harness.ts'",
  'process.env.P8A_DATA = undefined',
  'globalThis.fetch = () => {}',
  'setTimeout(() => {}, 5)',
  'Date.now = () => 5',
  'Object.assign(fs, { writeSync: full })',
  "import { seal } from '../../../daemon/system/seal.ts'",
  "import { engineOf } from '../../../daemon/bounds/engine.ts'",
]) {
  test(`a file with ${text} runs alone`, () => {
    assert.equal(batches({ a: pure, b: text, c: pure }), [['a', 'c'], ['b']])
  })
}

test('sockets, the name of a file, and of an image, are nothing that a process keeps', () => {
  const sockets = "import net from 'node:net'\nimport { createServer } from 'node:http2'"
  const files = "import { RunProcess } from '../../../daemon/system/process.ts'\nimport { Engine } from '../engine.ts'"
  assert.equal(batches({ a: pure, b: sockets, c: files, d: "const image = 'node:24-slim'" }), [['a', 'b', 'c', 'd']])
})

test('a file that only reads what its process is shares one, and so does one whose helper has a method that begins nothing', () => {
  const files: Record<string, string> = {
    'test/a.test.ts': "assert.is(process.pid, 5)\nimport { machine } from './machine.ts'",
    'test/b.test.ts': 'process.pidOf()',
    'test/machine.ts': 'spawn: options => this.#spawn(options)',
    'test/c.test.ts': pure,
  }
  const tests = Object.keys(files).filter(file => file.endsWith('.test.ts'))
  const jobs = batchesOf(tests, { text: file => files[file] ?? '', expectedMs: () => 100 })
  assert.equal(jobs, [['test/a.test.ts', 'test/c.test.ts'], ['test/b.test.ts']])
})

test('a file with a helper that begins a program runs alone, however far away it is', () => {
  const files: Record<string, string> = {
    'test/a.test.ts': pure,
    'test/b/b.test.ts': "import { nats } from '../nats.ts'",
    'test/c.test.ts': "import { open } from './open.ts'",
    'test/d.test.ts': "import { until } from './until.ts'",
    'test/nats.ts': 'const server = spawn(program)',
    'test/open.ts': "import { nats } from './nats.ts'\nimport { until } from './until.ts'",
    'test/until.ts': "import { setTimeout } from 'node:timers/promises'",
  }
  const tests = Object.keys(files).filter(file => file.endsWith('.test.ts'))
  const jobs = batchesOf(tests, { text: file => files[file] ?? '', expectedMs: () => 100 })
  assert.equal(jobs, [['test/a.test.ts', 'test/d.test.ts'], ['test/b/b.test.ts'], ['test/c.test.ts']])
})

test('a long file runs alone, and jobs in the order of their length, but short files of their own, which are last', () => {
  const ms: Record<string, number> = { a: 1000, b: 2001, c: 1500, d: 3000, e: 2000 }
  const expectedMs = (file: string) => ms[file] ?? 0
  const texts = { a: pure, b: pure, c: pure, d: pure, e: 'process.chdir()' }
  assert.equal(batches(texts, expectedMs), [['d'], ['a', 'c'], ['b'], ['e']])
})

test('no batch is larger than another by more than a file, and each file is in one', () => {
  const files = Array.from({ length: 101 }, (_, at) => `f${at}`)
  const all = batches(Object.fromEntries(files.map(file => [file, pure])))
  assert.equal(
    all.map(batch => batch.length),
    [34, 34, 33],
  )
  assert.equal(all.flat().toSorted(), files.toSorted())
})

test('sectionsOf() gives each file what it wrote', () => {
  assert.equal(sectionsOf(['a', 'b'], `one\n${endOf('a')}two\n${endOf('b')}`), [
    { file: 'a', output: 'one\n', isWhole: true },
    { file: 'b', output: 'two\n', isWhole: true },
  ])
})

test('sectionsOf() gives the rest to the file that ended the process, and nothing to those after it', () => {
  assert.equal(sectionsOf(['a', 'b', 'c'], `one\n${endOf('a')}TypeError: x`), [
    { file: 'a', output: 'one\n', isWhole: true },
    { file: 'b', output: 'TypeError: x', isWhole: false },
  ])
})

test('a file whose name ends another does not end it', () => {
  assert.equal(sectionsOf(['x/a', 'a'], `one\n${endOf('x/a')}two\n${endOf('a')}`)[1]?.output, 'two\n')
})

test.run()
