// Scripts that are kept: real ones, of a few milliseconds. Not here: the host (daemon/script), and a keeper that outlives
// it (e2e/scripts.test.ts).
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ScriptNote, ScriptOrder } from '../../../protocol/keeper.ts'
import { version } from '../../../protocol/version.ts'
import { Keeping } from '../../../shim/keeper/keeping.ts'
import { Pipes } from '../../../shim/keeper/pipes.ts'
import { failsWith } from '../../fails.ts'
import { needs } from '../../needs.ts'
import { isAlive } from '../../processes.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

function keeping(at: Scratch): Keeping {
  return new Keeping(new Pipes(at.path('pipes')), { command: ['/bin/false'], env: {}, dir: at.dir })
}

/** Lets it end. @returns the code with which the process would have */
async function retired(kept: Keeping): Promise<unknown> {
  const { exit } = process
  const code = new Promise(resolve => {
    process.exit = resolve as typeof exit
  })
  kept.retire()
  return await code.finally(() => {
    process.exit = exit
  })
}

const order = (at: Scratch, script: string, more: Partial<ScriptOrder> = {}): ScriptOrder => ({
  key: 'job.1',
  command: ['/bin/sh', '-c', script],
  env: { PATH: process.env.PATH ?? '' },
  cwd: at.dir,
  log: at.path('1.log'),
  note: at.path('1.exit'),
  maxOutputBytes: 1000,
  stopMs: 10,
  ...more,
})

/** Begins a script, and waits for its end. */
async function run(at: Scratch, script: string, more: Partial<ScriptOrder> = {}) {
  const ended = Promise.withResolvers<ScriptNote>()
  const kept = keeping(at)
  const { pid } = await kept.begin(order(at, script, more), ended.resolve)
  const note = await ended.promise
  assert.is(await retired(kept), 0)
  return { pid, note, log: readFileSync(at.path('1.log'), 'utf8') }
}

test('begin() runs a script, stores its output, and leaves a note of how it ended', async () => {
  using at = scratch()
  const { note, log } = await run(at, 'echo "$LEVEL"; cat; exit 3', {
    env: { LEVEL: 'high' },
    stdin: at.file('in', 'given\n'),
  })
  assert.match(log, /stdout F high\n.*stdout F given\n/)
  const { endedAt, ...rest } = note
  assert.equal(rest, { code: 3, signal: null, timedOut: false, outputBytes: 11, cut: false })
  assert.ok(Date.parse(endedAt ?? '') > 0)
  assert.equal(JSON.parse(readFileSync(at.path('1.exit'), 'utf8')), note)
})

test('a script whose time is up is asked to end, and then killed', async () => {
  using at = scratch()
  const asked = await run(at, 'trap "exit 5" TERM; while :; do sleep 0.01; done', { timeoutMs: 50, stopMs: 60_000 })
  assert.equal([asked.note.code, asked.note.timedOut], [5, true])
  using other = scratch()
  const killed = await run(other, 'trap "" TERM; while :; do sleep 0.01; done', { timeoutMs: 50 })
  assert.equal([killed.note.signal, killed.note.timedOut], ['SIGKILL', true])
})

test('what a script leaves behind in its group ends with it', async () => {
  using at = scratch()
  const { log } = await run(at, 'sleep 1000 >/dev/null 2>&1 & echo $!')
  const child = Number(/F (\d+)/.exec(log)?.[1])
  await until(() => !isAlive(child), 'it has ended')
})

needs(test, 'node:ffi')(
  'a script that a signal without a name in Node killed is no success, also while its child holds its output',
  async () => {
    using at = scratch()
    const { note } = await run(at, 'sleep 1000 & kill -40 $$')
    assert.equal([note.code, note.signal], [null, 'SIGRTMIN+6'])
  },
)

test('begin() says why there is no process, and begins no run twice', async () => {
  using at = scratch()
  const kept = keeping(at)
  const none = await failsWith('start_failed', () => kept.begin(order(at, '', { command: ['/no/such'] }), () => {}))
  assert.match(none.message, 'ENOENT')
  const again = await failsWith('run_active', () => kept.begin(order(at, 'exit'), () => {}))
  assert.is(again.message, 'job.1 has begun already', 'its log is there')
  assert.not(kept.hasWork)
  assert.is(await retired(kept), 0)
})

test('now() names what is kept, and waits for what is being begun; nobody leaves meanwhile', async () => {
  using at = scratch()
  const kept = keeping(at)
  const ended = Promise.withResolvers<ScriptNote>()
  const begun = kept.begin(order(at, 'sleep 100'), ended.resolve)
  assert.ok(kept.hasWork)
  const now = await kept.now()
  const { pid } = await begun
  assert.equal(now, { version, scripts: [{ key: 'job.1', pid }], services: [], ports: [] })
  kept.leave()
  process.kill(-pid, 'SIGKILL')
  assert.is((await ended.promise).signal, 'SIGKILL')
  assert.equal([kept.hasWork, (await kept.now()).scripts], [false, []])
  assert.is(await retired(kept), 0)
})

test.run()
