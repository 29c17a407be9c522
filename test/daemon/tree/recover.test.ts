// What a host makes of the records an earlier one left, with processes that are not there at all: a fake tells who
// lives and keeps what was signalled. Not here: real processes (e2e/adoption.test.ts).
import { mkdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

import type { Image } from '../../../daemon/image/store.ts'
import type { Keepers } from '../../../daemon/script/keepers.ts'
import { ScriptQueue } from '../../../daemon/script/queue.ts'
import type { Spares } from '../../../daemon/spare/spares.ts'
import { type Desired, specOf } from '../../../daemon/store/desired.ts'
import { type RunRecord, writeRecord } from '../../../daemon/store/run-record.ts'
import { Gate } from '../../../daemon/system/gate.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { Identity } from '../../../daemon/system/process.ts'
import { recoverPod } from '../../../daemon/tree/recover.ts'
import { type PodNeeds, PodSupervisor } from '../../../daemon/tree/supervisor.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'

const hash = 'a'.repeat(64)
const image: Image = { v: 1, hash, size: 1, kind: 'service', format: 'esm', exports: [], config: {}, file: 'web.js' }
const desired: Desired = {
  v: 1,
  images: [{ version: 1, hash, size: 1, pushedAt: '' }],
  version: 1,
  params: {},
  config: {},
  want: 'up',
  generation: 1,
}
const nowMs = Date.UTC(2026, 10, 20, 10)

type World = {
  dir: string
  needs: PodNeeds
  alive: Map<number, string>
  signals: [pid: number, signal: string][]
  spawned: number
  told: string[]
}

function world(): World & Disposable {
  const at = scratch()
  const { dir } = at
  const alive = new Map<number, string>()
  const signals: World['signals'] = []
  const told: string[] = []
  const tell = (_tag: string, message: string) => void told.push(message)
  const made: World & Disposable = {
    dir,
    alive,
    signals,
    told,
    spawned: 0,
    needs: {
      paths: dataPaths(dir),
      settings: defaultSettings,
      log: { info: tell, warn: tell, error: tell, flush: () => {} } as unknown as PodNeeds['log'],
      clock: { nowMs: () => 1_000_000, wallMs: () => nowMs },
      processes: {
        spawn: async () => {
          made.spawned++
          return { identity: { pid: 5000 + made.spawned, startTime: 'new' }, exited: new Promise(() => {}) }
        },
        identify: async (pid: number): Promise<Identity | undefined> => {
          const startTime = alive.get(pid)
          return startTime === undefined ? undefined : { pid, startTime }
        },
        signalGroup: async ({ pid, startTime }, signal) => {
          if (alive.get(pid) !== startTime) return false
          signals.push([pid, signal])
          return true
        },
        sweepGroup: async ({ pid, startTime }) => {
          if (alive.get(pid) === startTime) signals.push([pid, 'SIGKILL'])
        },
      },
      boot: 'this-boot',
      shim: { node: 'node', file: 'shim.cjs' },
      path: '',
      startGate: new Gate({ width: 16 }),
      keepers: {} as Keepers,
      scriptQueue: new ScriptQueue({ width: 1 }),
      spares: { take: async () => undefined } as unknown as Spares,
      random: () => 0.5,
    } as PodNeeds,
    [Symbol.dispose]: () => at[Symbol.dispose](),
  }
  const pod = made.needs.paths.pod('web')
  mkdirSync(pod.runs, { recursive: true })
  mkdirSync(pod.logs, { recursive: true })
  return made
}

const live = (number: number, more: Partial<RunRecord> = {}): RunRecord => ({
  v: 1,
  id: `web.${number}`,
  slot: 0,
  spec: specOf(desired),
  version: 1,
  failures: 0,
  restarts: 0,
  ticket: `ticket-${number}`,
  boot: 'this-boot',
  state: 'up',
  pid: 100 + number,
  startTime: 'start',
  startedAt: new Date(nowMs - 60_000).toISOString(),
  upAt: new Date(nowMs - 50_000).toISOString(),
  ...more,
})

/** A record that a process never got a pid in. */
function pidless(number: number, more: Partial<RunRecord> = {}): RunRecord {
  const { pid: _pid, startTime: _startTime, upAt: _upAt, ...record } = live(number, { state: 'spawning', ...more })
  return record
}

async function recovered(
  { needs }: World,
  records: Record<number, RunRecord>,
  want: Desired = desired,
): Promise<PodSupervisor> {
  const paths = needs.paths.pod('web')
  for (const [number, record] of Object.entries(records)) await writeRecord(paths, Number(number), record)
  const pod = new PodSupervisor('web', needs, { lastNumber: Math.max(0, ...Object.keys(records).map(Number)) })
  pod.putInForce(want, image)
  await recoverPod(pod, needs)
  return pod
}

const recordOf = ({ needs }: World, number: number) =>
  JSON.parse(readFileSync(runPaths(needs.paths.pod('web'), number).record, 'utf8')) as RunRecord

for (const state of ['starting', 'up', 'stopping'] as const) {
  test(`a run that was ${state} is ${state} again, with its process, ticket, counts and times`, async () => {
    using at = world()
    at.alive.set(101, 'start')
    const record = live(1, { state, restarts: 4, failures: 2 })
    if (state !== 'up') delete (record as Partial<RunRecord>).upAt
    const pod = await recovered(at, { 1: record })
    const slot = pod.slots.get(0)
    assert.is(slot?.at, state)
    const run = pod.runs.get(1)
    assert.equal(
      [run?.ticket, run?.identity, run?.ref.restarts, run?.ref.failures],
      ['ticket-1', { pid: 101, startTime: 'start' }, 4, 2],
    )
    if (slot?.at === 'up') assert.is(slot.sinceMs, 1_000_000 - 50_000, 'its uptime counts on')
    await pod.reconcile()
    assert.equal([at.spawned, at.signals], [0, []])
    pod.detach()
  })
}

test('a run without a recorded pid is waited for, and not started again', async () => {
  using at = world()
  const pod = await recovered(at, { 1: pidless(1) })
  assert.is(pod.slots.get(0)?.at, 'awaited')
  await pod.reconcile()
  assert.is(at.spawned, 0)
  pod.detach()
})

test('records of another boot are lost, and their pids are nobody we know', async () => {
  using at = world()
  at.alive.set(101, 'start')
  const pod = await recovered(at, { 1: live(1, { boot: 'another-boot' }) })
  assert.equal([pod.slots.size, pod.runs.size, at.signals], [0, 0, []])
  const record = recordOf(at, 1)
  assert.equal([record.state, record.end?.reason, record.end?.message], ['lost', 'lost', 'the machine went down'])
  pod.detach()
})

test('a run that ended well and is wanted still is begun anew; one that failed waits on with its count', async () => {
  using at = world()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const pod = await recovered(at, {
    1: live(1, {
      state: 'ended',
      endedAt: new Date(nowMs - 1000).toISOString(),
      upAt: new Date(nowMs - 1100).toISOString(),
      failures: 2,
      restarts: 2,
      end,
    }),
  })
  const slot = pod.slots.get(0)
  assert.is(slot?.at, 'backoff')
  if (slot?.at === 'backoff') assert.equal([slot.failures, slot.last.restarts], [3, 2])
  pod.detach()
})

test('a pod that had used up its attempts is failed still', async () => {
  using at = world()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const pod = await recovered(at, {
    7: live(7, {
      state: 'ended',
      endedAt: new Date(nowMs).toISOString(),
      upAt: new Date(nowMs).toISOString(),
      failures: 4,
      end,
    }),
  })
  assert.is(pod.slots.get(0)?.at, 'failed')
  assert.is(pod.state, 'error')
  await pod.reconcile()
  assert.is(at.spawned, 0)
  pod.detach()
})

test('what ended and is not wanted any more is forgotten', async () => {
  using at = world()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const pod = await recovered(at, { 1: live(1, { state: 'ended', end }) }, { ...desired, want: 'idle' })
  assert.equal([pod.slots.size, pod.state], [0, 'idle'])
  pod.detach()
})

test('only the newest record of a slot counts; an older one that lives is ended, if its process is who it was', async () => {
  using at = world()
  at.alive.set(101, 'start').set(102, 'somebody else').set(103, 'start')
  const pod = await recovered(at, { 1: live(1), 2: live(2), 3: live(3) })
  assert.equal([...pod.runs.keys()], [3])
  assert.equal(at.signals, [[101, 'SIGKILL']])
  assert.equal(
    [1, 2].map(number => recordOf(at, number).state),
    ['lost', 'lost'],
  )
  pod.detach()
})

test('each slot has its own newest record', async () => {
  using at = world()
  for (const pid of [101, 102, 103]) at.alive.set(pid, 'start')
  const pod = await recovered(
    at,
    { 1: live(1, { slot: 0 }), 2: live(2, { slot: 1 }), 3: live(3, { slot: 2 }) },
    { ...desired, scale: 3 },
  )
  assert.equal(
    [...pod.slots].sort().map(([slot, { at }]) => [slot, at]),
    [
      [0, 'up'],
      [1, 'up'],
      [2, 'up'],
    ],
  )
  assert.equal(at.signals, [])
  pod.detach()
})

test('a broken record is told and stops nothing', async () => {
  using at = world()
  at.alive.set(101, 'start')
  const { writeFileSync } = await import('node:fs')
  writeFileSync(runPaths(at.needs.paths.pod('web'), 2).record, '{"v":1,')
  const pod = await recovered(at, { 1: live(1) })
  assert.is(pod.slots.get(0)?.at, 'up')
  assert.ok(at.told.some(message => message.includes('2.json')))
  pod.detach()
})

test('a pid that somebody else has now is the end of the run, and is not signalled', async () => {
  using at = world()
  at.alive.set(101, 'somebody else')
  const pod = await recovered(at, { 1: live(1, { state: 'stopping', why: 'stopped' }) }, { ...desired, want: 'idle' })
  await pod.until(() => !pod.hasRuns)
  assert.equal([at.signals, recordOf(at, 1).state], [[], 'ended'])
  pod.detach()
})

test.run()
