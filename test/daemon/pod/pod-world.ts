// A host with processes that are not there at all: a fake tells who lives, and keeps what was spawned and signalled.

import { mkdirSync, readFileSync } from 'node:fs'
import type { Image } from '../../../daemon/image/store.ts'
import type { Keepers } from '../../../daemon/keeper/keepers.ts'
import { ScriptQueue } from '../../../daemon/script/queue.ts'
import type { Spares } from '../../../daemon/spare/spares.ts'
import type { Desired } from '../../../daemon/store/desired.ts'
import type { RunRecord } from '../../../daemon/store/run-record.ts'
import { Descriptors } from '../../../daemon/system/descriptors.ts'
import { Gate } from '../../../daemon/system/gate.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import type { ExitOutcome, Identity } from '../../../daemon/system/process.ts'
import { UserDoors } from '../../../daemon/system/user-doors.ts'
import type { PodNeeds } from '../../../daemon/tree/supervisor.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'

const hash = 'a'.repeat(64)

export const image: Image = {
  v: 1,
  hash,
  size: 1,
  kind: 'service',
  format: 'esm',
  exports: [],
  config: {},
  file: 'web.js',
}

export const desired: Desired = {
  v: 1,
  images: [{ version: 1, hash, size: 1, pushedAt: '' }],
  version: 1,
  params: {},
  config: {},
  want: 'up',
  generation: 1,
}

/** What the wall clock of the host says, always. */
export const nowMs = Date.UTC(2026, 10, 20, 10)

export type PodWorld = Disposable & {
  dir: string
  needs: PodNeeds
  /** The start times of processes, by their pids. */
  alive: Map<number, string>
  signals: [pid: number, signal: string][]
  /** The pids of processes that were spawned. */
  spawned: number[]
  /** How processes are about to end, by their pids. */
  endings: Map<number, ExitOutcome>
  /** Lets a process that was spawned end. */
  exit(pid: number, outcome: ExitOutcome): void
  told: string[]
  /** The record of a run of the pod `web`. */
  recordOf(number: number): RunRecord
}

export function podWorld(): PodWorld {
  const at = scratch()
  const alive = new Map<number, string>()
  const signals: PodWorld['signals'] = []
  const told: string[] = []
  const spawned: number[] = []
  const endings: PodWorld['endings'] = new Map()
  const exits = new Map<number, (outcome: ExitOutcome) => void>()
  const tell = (_tag: string, message: string) => void told.push(message)
  const needs = {
    paths: dataPaths(at.dir),
    settings: defaultSettings,
    log: { info: tell, warn: tell, error: tell, flush: () => {} } as unknown as PodNeeds['log'],
    clock: { nowMs: () => 1_000_000, wallMs: () => nowMs },
    processes: {
      spawn: async () => {
        const pid = 5000 + spawned.length
        spawned.push(pid)
        alive.set(pid, 'new')
        const { promise: exited, resolve } = Promise.withResolvers<ExitOutcome>()
        exits.set(pid, resolve)
        return { identity: { pid, startTime: 'new' }, exited }
      },
      identify: async (pid: number): Promise<Identity | undefined> => {
        const startTime = alive.get(pid)
        return startTime === undefined ? undefined : { pid, startTime }
      },
      signalGroup: async ({ pid, startTime }: Identity, signal: string) => {
        if (alive.get(pid) !== startTime) return false
        signals.push([pid, signal])
        return true
      },
      ending: (pid: number) => endings.get(pid),
      isStopped: () => false,
      signalRest: async () => false,
      hasRest: async () => false,
      offspring: async () => [],
      lifeline: async () => undefined,
      heirs: async () => [],
      signal: async () => false,
      listens: async () => false,
      hasAccepted: async () => undefined,
      list: async () => [],
      limit: async () => {},
      sweepGroup: async ({ pid, startTime }: Identity) => {
        if (alive.get(pid) === startTime) signals.push([pid, 'SIGKILL'])
      },
    },
    boot: 'this-boot',
    shim: { node: 'node', file: 'shim.cjs' },
    path: '',
    startGate: new Gate({ width: 16 }),
    keepers: {} as Keepers,
    bounds: {
      hold: async () => {},
      watch: () => {},
      know: () => {},
      drop: () => {},
      forget: () => {},
      overOf: async () => undefined,
      includes: async () => {},
      checkRoom: async () => {},
    },
    scriptQueue: new ScriptQueue({ width: 1 }),
    spares: { take: async () => undefined, onLoaded: () => {} } as unknown as Spares,
    portSpares: { take: async () => undefined, onLoaded: () => {} } as unknown as Spares,
    ports: {
      of: () => [],
      statusOf: () => [],
      recover: async () => {},
      kept: async () => {},
      cover: async () => {},
    } as unknown as PodNeeds['ports'],
    descriptors: new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 0, nowMs: () => 0 }),
    userDoors: new UserDoors(),
    tell: () => {},
    random: () => 0.5,
  } as PodNeeds
  const pod = needs.paths.pod('web')
  for (const folder of [pod.runs, pod.logs]) mkdirSync(folder, { recursive: true })
  return {
    dir: at.dir,
    needs,
    alive,
    signals,
    spawned,
    endings,
    told,
    exit: (pid, outcome) => {
      alive.delete(pid)
      exits.get(pid)?.(outcome)
    },
    recordOf: number => JSON.parse(readFileSync(runPaths(pod, number).record, 'utf8')) as RunRecord,
    [Symbol.dispose]: () => at[Symbol.dispose](),
  }
}
