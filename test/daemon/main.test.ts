// What the built daemon loads of Node. Not what it does: that is test/e2e.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'
import { scratch } from '../scratch.ts'

/** Beside what a program has that prints into a pipe. Each module more is memory of every host: http and tls take 4 MB. */
const idle = [
  'child_process',
  'cluster',
  'crypto',
  'dgram',
  'dns',
  'fs/promises',
  'os',
  'stream/consumers',
  'timers/promises',
  'v8',
  'vm',
]

test('an idle daemon loads no more of Node than it needs', async () => {
  using at = scratch()
  const bare = new Set(await loadedBy(['-e', 'setInterval(() => {}, 1e9); console.log("up")']))
  const loaded = await loadedBy([join(root, 'dist/daemon.cjs'), '--data', at.path('data'), '--port', '0', '--json'])
  assert.ok(loaded.includes('net'), 'it is the list of a daemon')
  assert.equal(
    loaded.filter(name => !bare.has(name) && !idle.includes(name)),
    [],
  )
})

/** Starts Node with `args`, and asks it once it has printed its first line. */
async function loadedBy(args: string[]): Promise<string[]> {
  const program = spawn(process.execPath, ['--require', join(root, 'test/fixtures/programs/modules.cjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
    await lines.next()
    program.kill('SIGUSR2')
    const { value } = await lines.next()
    return JSON.parse(value ?? '')
  } finally {
    await end(program)
  }
}

async function end(program: ChildProcess): Promise<void> {
  const isOver = program.exitCode !== null || program.signalCode !== null ? undefined : once(program, 'exit')
  program.kill()
  await isOver
}

test.run()
