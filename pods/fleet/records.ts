// What a fleet keeps at its engine, a JSON text for each key: what is wanted of each pod, what each host tells of itself, what is asked of each host.
// A record of a version that is not known is left alone.
import * as v from 'valibot'
import { keyedSchema } from './keyed.ts'

const version = 1 as const

const names = keyedSchema(v.string())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const imageSchema = v.object({
  version: count,
  /** Of the bytes of the image as it was pushed; the root's own hash of its code. */
  blob: v.string(),
  hash: v.string(),
  size: count,
  exports: v.array(v.string()),
  kind: v.string(),
  at: v.string(),
  by: v.string(),
  /** What it says itself of places, scale and room. */
  own: keyedSchema(v.unknown()),
  file: v.optional(v.string()),
  message: v.optional(v.string()),
})
export type PodImage = v.InferOutput<typeof imageSchema>

const podSchema = v.object({
  v: v.literal(version),
  name: v.string(),
  images: v.array(imageSchema),
  want: v.picklist(['up', 'idle']),
  /** Grows with each start, restart, reload: a host that has an older one does it too. */
  turn: count,
  how: v.picklist(['restart', 'reload']),
  version: count,
  params: names,
  /** As it was given at the start, and what of it is about places. */
  config: keyedSchema(v.unknown()),
  scale: count,
  /** Tags that a host must have; all of them. */
  tags: v.array(v.string()),
  isPacked: v.boolean(),
  isExclusive: v.boolean(),
  /** What one run may use, in bytes; 0: nothing was said. */
  memory: count,
  /** How many runs each host is to have. */
  assigned: keyedSchema(count),
  /** Of one that is exclusive: the `host/session` that may have a run of it. Only that one, or whoever declares it dead, empties it. */
  holder: v.string(),
  /** Of a worker: hosts that were given items, which keep it for them; of these, among which the items of keys and ids are divided. */
  queues: v.optional(v.array(v.string())),
  ring: v.optional(v.array(v.string())),
  /** Why it is not placed, for people; empty if it is. */
  waits: v.string(),
})
export type PodRecord = v.InferOutput<typeof podSchema>

const reportSchema = v.object({
  status: v.picklist(['idle', 'waiting', 'up', 'error']),
  text: v.string(),
  turn: count,
  up: count,
  version: count,
  restarts: count,
  /** Of a worker: there are as many runs as its queue wants, none while it sleeps. */
  isEnough: v.optional(v.boolean()),
  /** Of a worker: how many runs its queue wants now. */
  scale: v.optional(count),
  /** Of a service that sleeps: whoever connects there, or calls it, wakes it. */
  asleepSince: v.optional(v.string()),
  /** Why the last turn failed here, though something else is up; empty if it did not. */
  failed: v.string(),
  /** Why its last attempt failed, and when the next one is made, by the clock of this host. */
  cause: v.optional(v.looseObject({ reason: v.string(), text: v.string() })),
  retryAt: v.optional(v.string()),
  runs: v.array(v.looseObject({ id: v.string() })),
  /** Of one that listens, the routes that it has, if any: by them gateways of all hosts bring requests to it. */
  routes: v.optional(
    v.array(v.object({ at: v.string(), strip: v.optional(v.boolean()), http: v.optional(v.picklist(['h1', 'h2c'])) })),
  ),
})
/** How the part of a pod that a host has is there. */
export type Report = v.InferOutput<typeof reportSchema>

const hostSchema = v.object({
  v: v.literal(version),
  name: v.string(),
  /** Of the data directory of the host, for good; of the process of its fleet pod. */
  id: v.string(),
  session: v.string(),
  beat: count,
  tags: v.array(v.string()),
  /** Of the machine, in bytes. */
  memory: count,
  p8a: v.string(),
  /** It takes large files of folders in pieces; one of an earlier version takes them in packs alone. */
  takesPieces: v.optional(v.boolean()),
  /** When it was written, by the clock of the host: only to be shown, and to find clocks that are wrong. */
  atMs: count,
  /** As its reports tell; in the value itself only hosts of older versions have it. */
  pods: keyedSchema(reportSchema),
  /** Another host has declared it dead: nothing that is exclusive may live there until it has begun another session. */
  isFenced: v.boolean(),
  /** Nothing is assigned to it any more, and it has been gone for some time: it counts no more among those that are gone at once. */
  isLost: v.optional(v.boolean()),
  /** Where other hosts connect to it, and the public key of its fleet pod, by which they know each other. */
  direct: v.optional(v.object({ host: v.string(), port: v.pipe(count, v.maxValue(65_535)), key: v.string() })),
})
export type HostRecord = v.InferOutput<typeof hostSchema>

/** What a host tells of one pod that it has. */
const reportRecordSchema = v.object({ v: v.literal(version), report: reportSchema })

/** What people have asked of a host: nothing new there, or nothing at all. */
const dutySchema = v.object({ v: v.literal(version), duty: v.picklist(['active', 'cordoned', 'draining']) })
export type Duty = v.InferOutput<typeof dutySchema>['duty']

const fleetSchema = v.object({ v: v.literal(version), id: v.string(), atMs: count })

const serverSchema = v.object({
  /** By which the servers know each other; none has it again. */
  name: v.string(),
  /** Where it runs. */
  host: v.string(),
  /** `HOST:PORT` at which hosts reach it, and the other servers do. */
  address: v.string(),
  route: v.string(),
  /** It stands in for the server of a host that gives none yet, and hosts are not told of it. */
  isSpare: v.boolean(),
  /** What it keeps goes to the others, and then it ends. */
  isLeaving: v.boolean(),
})
export type EngineServer = v.InferOutput<typeof serverSchema>

/** The servers of an engine of p8a's own, which its keeper writes. */
const engineSchema = v.object({
  v: v.literal(version),
  servers: v.array(serverSchema),
  /** How many there have been. */
  made: count,
  /** Names of those that have ended: what they have kept may be removed. */
  ended: v.array(v.string()),
  /** The host that keeps the engine, and how many have begun to so far. */
  keeper: v.optional(v.object({ host: v.string(), id: v.string(), epoch: count })),
})
export type EngineRecord = v.InferOutput<typeof engineSchema>

const schemas = {
  ...{ pod: podSchema, host: hostSchema, report: reportRecordSchema },
  ...{ duty: dutySchema, fleet: fleetSchema, engine: engineSchema },
}
type Kind = keyof typeof schemas
type Of<K extends Kind> = v.InferOutput<(typeof schemas)[K]>

/** @returns undefined for what this version cannot read */
export function readRecord<K extends Kind>(kind: K, bytes: Uint8Array): Of<K> | undefined {
  try {
    const read = v.safeParse(schemas[kind], JSON.parse(Buffer.from(bytes).toString()))
    return read.success ? (read.output as Of<K>) : undefined
  } catch {
    return undefined
  }
}

export const writeRecord = <K extends Kind>(_kind: K, record: Of<K>): Uint8Array => Buffer.from(JSON.stringify(record))

export const recordVersion = version

/** The key of what a host tells of a pod that it has. */
export const reportKey = (host: string, pod: string): string => `report.${host}.${pod}`
