// The bench as it is run, with as few rounds as can be: that it measures, keeps what it measured, and leaves nothing. Not
// tested: the figures, other managers.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Results } from '../../scripts/bench/results.ts'
import { root } from '../paths.ts'
import { processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const program = join(root, 'scripts/bench/main.ts')
const args = ['--no-build', '--peers', 'none', '--quick', '--rounds', '1']

test('two rows, with all their samples in a file and a table on stdout', async () => {
  const host = new TestHost()
  const json = join(host.dir, 'bench.json')
  const [temp, env] = tempOf(host)
  const { code, stdout, stderr } = await host.run(
    process.execPath,
    [program, ...args, '--rows', 'list,start-open', '--json', json],
    { env },
  )
  assert.is(code, 0, stderr)
  const { rows, failures, managers } = JSON.parse(readFileSync(json, 'utf8')) as Results
  assert.equal(failures, [])
  assert.equal(Object.keys(managers), ['p8a'])
  assert.equal(
    rows.map(row => row.id),
    ['list', 'start-open'],
  )
  for (const { cells, bare } of rows.flatMap(row => row.figures)) {
    assert.is(cells.p8a?.samples.length, 1)
    assert.ok((cells.p8a?.ratio ?? 0) > 0)
    assert.ok((bare?.median ?? 0) > 0)
  }
  assert.match(stdout, /^\| `list` list 10 apps \| .* ms \| .* ms \*\*.*×\*\* \|/m)
  assert.equal(readdirSync(temp), [])
  await host.dispose()
})

test('Ctrl-C in the middle leaves no process and no file', async () => {
  const host = new TestHost()
  const [temp, env] = tempOf(host)
  const child = spawn(process.execPath, [program, ...args, '--rows', 'list'], { env: { ...host.env, ...env } })
  await until(() => processesOf(join(temp, 'p8a-bench-')).length > 0, 'it has started something')
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  assert.is(code, 130)
  assert.equal(readdirSync(temp), [])
  await host.dispose()
})

test('an unknown row is refused by name', async () => {
  const host = new TestHost()
  const { code, stderr } = await host.run(process.execPath, [program, '--rows', 'list,lists'])
  assert.is(code, 2)
  assert.match(stderr, 'No such row: lists')
  await host.dispose()
})

/** A temporary directory for the bench alone, to see what it leaves there. */
function tempOf(host: TestHost): [dir: string, env: Record<string, string>] {
  const dir = join(host.dir, 'tmp')
  mkdirSync(dir)
  return [dir, { TMPDIR: dir }]
}

test.run()
