// A run of a script and its keeper, with a keeper and processes that are not there at all. Not here: what follows from what
// as a table (life.test.ts), real keepers (e2e/scripts.test.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

import type { Watcher } from '../../../daemon/script/keepers.ts'
import { ScriptRun, type ScriptRunNeeds } from '../../../daemon/script/script-run.ts'
import type { RunRecord, ScriptOfRun } from '../../../daemon/store/run-record.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { Identity } from '../../../daemon/system/process.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const adoptTimeout = 50
const script: ScriptOfRun = {
  queuedAt: '2026-11-20T10:00:00.000Z',
  hash: 'a'.repeat(64),
  params: {},
  args: [],
  env: {},
  stopMs: 1000,
  maxOutputBytes: 1000,
  hasStdin: false,
}
const record: RunRecord & { script: ScriptOfRun } = {
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
  script,
}

/** A run whose keeper was asked to begin it, made the log, and does not answer. */
async function unanswered() {
  const at = scratch()
  const paths = dataPaths(at.dir)
  const pod = paths.pod('job')
  for (const folder of [pod.runs, pod.logs, pod.storage]) mkdirSync(folder, { recursive: true })
  const identified = Promise.withResolvers<Identity>()
  const asked = Promise.withResolvers<void>()
  const givenUp: string[] = []
  let watcher: Watcher | undefined
  let now: Identity | undefined
  const keepers = {
    ticket: 'ticket',
    begin: async () => {
      writeFileSync(runPaths(pod, 1).log, '')
      asked.resolve()
      throw new P8aError('timeout', 'its keeper did not answer')
    },
    watch: (_key: string, wanted: Watcher) => {
      watcher = wanted
    },
    forget: () => {},
    giveUp: (key: string) => void givenUp.push(key),
  }
  const needs = {
    path: '',
    paths,
    settings: { ...defaultSettings, adoptTimeout },
    log: { info() {}, warn() {}, error() {} },
    clock: { nowMs: () => performance.now(), wallMs: () => Date.now() },
    processes: { identify: async () => now ?? (await identified.promise), sweepGroup: async () => {} },
    keepers,
  } as unknown as ScriptRunNeeds
  const run = new ScriptRun({ number: 1, record }, needs, { name: 'job', onChanged() {}, onOver() {} })
  run.command = ['true']
  await run.saveFirst(undefined)
  run.on({ type: 'turn' })
  await asked.promise
  return {
    run,
    givenUp,
    identified,
    become: (other: Identity) => {
      now = other
    },
    keeper: watcher as Watcher,
    [Symbol.dispose]: () => {
      run.detach()
      at[Symbol.dispose]()
    },
  }
}

test('a run whose keeper made its log and never speaks again is lost, and given up', async () => {
  using at = await unanswered()
  await until(() => at.run.state === 'over', 'the run is over')
  assert.equal([at.run.record.end?.reason, at.givenUp], ['lost', ['job.1']])
})

test('a run whose keeper goes while its word is waited for is lost, and waited for no more', async () => {
  using at = await unanswered()
  await delay(1)
  at.keeper.onUnlinked()
  await until(() => at.run.state === 'over', 'the run is over')
  assert.is(at.run.record.end?.reason, 'lost')
})

test('a run whose keeper goes while its process is looked up is looked for', async () => {
  using at = await unanswered()
  at.keeper.onKept(4711)
  at.keeper.onUnlinked()
  at.identified.resolve({ pid: 4711, startTime: 'start' })
  await until(() => at.run.state === 'up', 'the run is up')
  // Somebody else has its pid from now on.
  at.become({ pid: 4711, startTime: 'another' })
  await until(() => at.run.state === 'over', 'the run is over')
  assert.is(at.run.record.end?.reason, 'lost')
})

test('a run whose keeper speaks in the very moment in which its time is up is not lost while its process is looked up', async () => {
  using at = await unanswered()
  await delay(1)
  setTimeout(() => at.keeper.onKept(4711), adoptTimeout)
  // Both timers are due when this is over, the run's first: as where the whole host was stopped for a while.
  for (const startMs = performance.now(); performance.now() < startMs + 2 * adoptTimeout; );
  await delay(4 * adoptTimeout)
  assert.equal([at.run.state, at.givenUp], ['spawning', []])
  at.identified.resolve({ pid: 4711, startTime: 'start' })
  await until(() => at.run.state === 'up', 'the run is up')
  assert.equal([at.run.state, at.run.record.pid], ['up', 4711])
})

test.run()
