// Brings all that a fleet keeps from one engine to another, while nobody changes it: the images that its pods have had, and then the values.
// What hosts tell of themselves stays behind: they tell it anew.
import { engineOf, reached } from '../engines.ts'
import { fleetError, unavailable } from '../host/errors.ts'
import { blobsOf } from '../image/images.ts'
import type { BlobPort, Engine, Rev, StatePort } from '../port/ports.ts'
import { readRecord } from '../records.ts'
import { type FleetSettings, writeSettings } from '../settings.ts'
import { checkAlone } from './may.ts'

/** How long an engine may take to tell all that it has. */
const tellMs = 20_000

/** Whose values are of now. */
const isOfNow = (key: string): boolean => /^(?:host|report)\./.test(key)

/** Which servers an engine of p8a's own has: another engine has nothing of that. */
const isOfEngine = (key: string): boolean => key === 'engine'

type Values = ReadonlyMap<string, { value: Uint8Array; rev: Rev }>

/** A move that broke off brings no host there. @throws {Error} if a fleet has lived at an engine */
export function checkUnused(values: Values, fleet: string): void {
  if (!values.has('fleet') || ![...values.keys()].some(key => key.startsWith('host.'))) return
  throw fleetError(
    'unsupported',
    'That engine has this fleet already, with what it was when it was there',
    `If nobody needs that any more, remove its stream: nats stream rm KV_p8a-${fleet}-state`,
  )
}

type Move = { next: FleetSettings; to: Engine; storage: string; mostMs: number }

/** The member of this host has ended, so that nobody changes the fleet. @throws {Error} before anything has moved */
export async function moveValues(settings: FleetSettings, { next, to, storage, mostMs }: Move): Promise<void> {
  const from = await engineOf(settings, storage)
  try {
    await reached(from, mostMs)
    const values = await valuesOf(from.state)
    checkAlone(
      settings.host,
      [...values.keys()].filter(key => key.startsWith('host.')).map(key => key.slice('host.'.length)),
    )
    await copyImages(values, from.blobs, to.blobs)
    // What an attempt before this one has left there is not of now.
    const left = [...(await valuesOf(to.state))].filter(([key]) => !isOfEngine(key))
    await removeValues(new Map(left), to.state)
    await copyValues(values, to.state)
    await writeSettings(storage, next)
    await removeValues(values, from.state)
  } finally {
    await from.close()
  }
}

/** @throws {Error} `fleet_unavailable` if it is not told in time */
export async function valuesOf(state: StatePort): Promise<Values> {
  const values = new Map<string, { value: Uint8Array; rev: Rev }>()
  for await (const change of state.watch('', AbortSignal.timeout(tellMs))) {
    if (change.t === 'reset') values.clear()
    if (change.t === 'set') values.set(change.key, change)
    if (change.t === 'del') values.delete(change.key)
    if (change.t === 'synced') return values
  }
  throw unavailable({ ok: false, why: 'unavailable', message: 'the engine did not tell in time what it has' })
}

/** Copies the bytes of all images that are not there yet. @throws {Error} if an engine fails */
export async function copyImages(values: Values, from: BlobPort, to: BlobPort): Promise<void> {
  const pods = [...values].filter(([key]) => key.startsWith('pod.')).map(([, { value }]) => readRecord('pod', value))
  const images = new Set(pods.flatMap(pod => pod?.images.map(({ blob }) => blob) ?? []))
  for (const image of images) for await (const blob of blobsOf(image, from)) await copyBlob(blob, from, to)
}

/** Copies what is wanted. The id of the fleet comes last: an engine that has it has all. @throws {Error} if the engine fails */
async function copyValues(values: Values, to: StatePort): Promise<void> {
  const kept = [...values].filter(([key]) => !isOfNow(key) && !isOfEngine(key))
  kept.sort(([a], [b]) => Number(a === 'fleet') - Number(b === 'fleet'))
  for (const [key, { value }] of kept) {
    const put = await to.put(key, value, 'any')
    if (!put.ok) throw unavailable(put)
  }
}

/** Nothing of the fleet is left there; its id goes first. What cannot be removed stays, and is nobody's. */
async function removeValues(values: Values, from: StatePort): Promise<void> {
  const keys = [...values.keys()].sort((a, b) => Number(b === 'fleet') - Number(a === 'fleet'))
  for (const key of keys) await from.del(key, 'any')
}

async function copyBlob(blob: string, from: BlobPort, to: BlobPort): Promise<void> {
  const has = await to.has(blob)
  if (!has.ok) throw unavailable(has)
  if (has.value) return
  const opened = await from.open(blob)
  if (!opened.ok) throw unavailable(opened)
  // One that is missing here too is asked for again when it is needed, and that says so.
  if (!opened.value) return
  const put = await to.put(blob, opened.value)
  if (!put.ok) throw unavailable(put)
}
