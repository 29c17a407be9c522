// A run of a script and its keeper, with a keeper and processes that are not there at all: what the lifecycle asks for is done
// in files, and what comes of it goes back. Not here: what follows from what (lifecycle/script.test.ts, script-walk.test.ts),
// real keepers (e2e/scripts.test.ts).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Watcher } from '../../../daemon/keeper/watcher.ts'
import { ScriptQueue } from '../../../daemon/script/queue.ts'
import type { ScriptRecord } from '../../../daemon/script/record-file.ts'
import type { ScriptRunNeeds } from '../../../daemon/script/script-effects.ts'
import { ScriptRun } from '../../../daemon/script/script-run.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { Identity } from '../../../daemon/system/process.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const adoptTimeout = 50
const pid = 4711
const record: ScriptRecord = {
  v: 1,
  id: 'job.1',
  slot: 0,
  spec: '',
  version: 1,
  failures: 0,
  restarts: 0,
  ticket: 'ticket',
  boot: 'this-boot',
  state: 'queued',
  startedAt: '2026-11-20T10:00:00.000Z',
  script: {
    queuedAt: '2026-11-20T10:00:00.000Z',
    hash: 'a'.repeat(64),
    params: {},
    args: [],
    env: {},
    stopMs: 1000,
    maxOutputBytes: 1000,
    hasStdin: false,
  },
}

/** A run that has its turn. @param begins what its keeper answers; by default it makes the log, and is not heard of again */
async function begun(begins?: (log: string) => Promise<{ pid: number }>) {
  const at = scratch()
  const paths = dataPaths(at.dir)
  const pod = paths.pod('job')
  for (const folder of [pod.runs, pod.logs, pod.storage]) mkdirSync(folder, { recursive: true })
  const files = runPaths(pod, 1)
  const asked = Promise.withResolvers<void>()
  const identified = Promise.withResolvers<Identity | undefined>()
  const done: string[] = []
  const dropped: string[] = []
  const forgotten: string[] = []
  let watcher: Watcher | undefined
  let now: Identity | undefined
  const silent = async (log: string) => {
    writeFileSync(log, '')
    throw new P8aError('timeout', 'its keeper did not answer')
  }
  const tell = async (what: string) => done.push(what)
  const needs = {
    path: '',
    paths,
    boot: 'this-boot',
    settings: { ...defaultSettings, adoptTimeout },
    log: { info() {}, warn() {}, error() {} },
    clock: { nowMs: () => performance.now(), wallMs: () => Date.now() },
    processes: {
      identify: async () => now ?? (await identified.promise),
      signalGroup: async ({ pid }: Identity, signal: string) =>
        tell(`${signal} ${pid}, saved: ${savedState(files.record)}`),
      sweepGroup: async () => tell('sweep'),
    },
    bounds: {
      watch: () => {},
      know: () => {},
      drop: (key: string) => void dropped.push(key),
      forget: (key: string) => void forgotten.push(key),
    },
    keepers: {
      ticket: 'ticket',
      begin: async ({ log }: { log: string }) => {
        done.push(`begin, saved: ${savedState(files.record)}`)
        asked.resolve()
        return await (begins ?? silent)(log)
      },
      watch: (_key: string, wanted: Watcher) => {
        watcher = wanted
      },
      forget: () => {},
      giveUp: (key: string) => void done.push(`give up ${key}`),
    },
  } as unknown as ScriptRunNeeds
  const owner = { name: 'job', onChanged() {}, onOver: () => void done.push('over') }
  const run = new ScriptRun({ number: 1, record, command: ['true'] }, needs, owner)
  run.enqueue(new ScriptQueue({ width: 1 }), { pod: {}, cap: () => 1 })
  await run.saveFirst(undefined)
  await asked.promise
  return {
    run,
    done,
    dropped,
    forgotten,
    files,
    identified,
    become: (other: Identity) => {
      now = other
    },
    keeper: watcher as unknown as Watcher,
    isOver: () => until(() => done.includes('over'), 'its end is saved'),
    [Symbol.dispose]: () => {
      run.detach()
      at[Symbol.dispose]()
    },
  }
}

function savedState(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as ScriptRecord).state
}

test('ScriptRun saves that a run has its turn before its keeper is asked to begin it', async () => {
  using at = await begun()
  assert.equal(at.done, ['begin, saved: spawning'])
})

test('ScriptRun gives a run up whose keeper made its log and never speaks again', async () => {
  using at = await begun()
  await at.isOver()
  assert.equal([at.run.record.end?.reason, at.done], ['lost', ['begin, saved: spawning', 'give up job.1', 'over']])
})

test('ScriptRun waits no more for a keeper that goes while its word is waited for', async () => {
  using at = await begun()
  at.keeper.onUnlinked()
  await at.isOver()
  assert.is(at.run.record.end?.reason, 'lost')
})

test('ScriptRun looks for a run whose keeper goes while its process is looked up', async () => {
  using at = await begun()
  at.keeper.onKept(pid)
  at.keeper.onUnlinked()
  at.identified.resolve({ pid, startTime: 'start' })
  await until(() => at.run.recorded.state === 'up', 'it is up')
  // Somebody else has its pid from now on.
  at.become({ pid, startTime: 'another' })
  await at.isOver()
  assert.equal([at.run.record.end?.reason, at.done.slice(-2)], ['lost', ['sweep', 'over']])
})

test('ScriptRun loses no run whose keeper speaks in the very moment in which its time is up', async () => {
  using at = await begun()
  const told = Promise.withResolvers<void>()
  setTimeout(() => {
    at.keeper.onKept(pid)
    told.resolve()
  }, adoptTimeout)
  // Both timers are due when this is over, the run's first: as where the whole host was stopped for a while.
  for (const startMs = performance.now(); performance.now() < startMs + 2 * adoptTimeout; );
  await told.promise
  at.identified.resolve({ pid, startTime: 'start' })
  await until(() => at.run.recorded.state === 'up', 'it is up')
  assert.equal([at.run.record.pid, at.done], [pid, ['begin, saved: spawning']])
})

test('ScriptRun saves a stop before it signals, and the end that its keeper tells of', async () => {
  using at = await begun(async () => ({ pid }))
  at.identified.resolve({ pid, startTime: 'start' })
  await until(() => at.run.recorded.state === 'up', 'it is up')
  await at.run.stop()
  assert.equal(at.done.slice(1), [`SIGTERM ${pid}, saved: stopping`, `SIGCONT ${pid}, saved: stopping`])
  at.keeper.onEnded({ code: null, signal: 'SIGTERM', timedOut: false, outputBytes: 7, cut: false })
  await at.isOver()
  const { end, script } = at.run.record
  assert.equal([savedState(at.files.record), end?.reason, script.outputBytes], ['ended', 'stopped', 7])
})

test('ScriptRun leaves the group of a run alone that lives on without its host, and drops that of one that is over', async () => {
  using at = await begun(async () => ({ pid }))
  at.identified.resolve({ pid, startTime: 'start' })
  await until(() => at.run.recorded.state === 'up', 'it is up')
  at.run.detach()
  assert.equal([at.dropped, at.forgotten], [[], ['job.1']])
  using other = await begun(async () => ({ pid }))
  other.identified.resolve({ pid, startTime: 'start' })
  await until(() => other.run.recorded.state === 'up', 'it is up')
  other.keeper.onEnded({ code: 0, signal: null, timedOut: false, outputBytes: 0, cut: false })
  await other.isOver()
  assert.equal(other.dropped, ['job.1'])
})

test('ScriptRun makes the log of a run that is stopped before anyone has said that it was begun', async () => {
  using at = await begun(async () => {
    throw new P8aError('timeout', 'its keeper did not answer')
  })
  await at.run.stop()
  await at.isOver()
  assert.equal([at.run.record.end?.reason, existsSync(at.files.log)], ['stopped', true])
})

test.run()
