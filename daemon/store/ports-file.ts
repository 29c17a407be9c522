// `pods/<name>/ports.json`: the sockets that are held for a pod, and which keeper holds them. Only the host writes it. A port
// that the host chose stands in it for as long as there is the pod.
import * as v from 'valibot'
import { keyedSchema } from '../../protocol/keyed.ts'
import { listenSchema } from '../../protocol/listen-schema.ts'
import type { PodPaths } from '../system/paths.ts'
import { parseState, readStateText, writeState } from './state-file.ts'

const text = v.string('must be a text')
const name = v.pipe(
  text,
  v.check(of => v.is(listenSchema, { [of]: 1 }), 'is not the name of a port'),
)
const access = v.strictObject({ mode: v.optional(v.number()), owner: v.optional(text), group: v.optional(text) })
const port = v.union([
  v.strictObject({ name, host: text, port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) }),
  v.strictObject({ name, path: text, access: v.optional(access) }),
])

const schema = v.object({
  v: v.literal(1),
  ports: v.array(port),
  /** Ports that the host chose, by their names. */
  chosen: keyedSchema(v.number()),
  /** Whoever holds them; not there while nobody is to. */
  keeper: v.optional(v.object({ ticket: v.pipe(text, v.minLength(1)), pid: v.number(), startTime: text })),
})

export type PortsOfPod = v.InferOutput<typeof schema>

/** Undefined if there is none. @throws {P8aError} `state_broken` */
export async function readPorts(pod: Pick<PodPaths, 'ports'>): Promise<PortsOfPod | undefined> {
  const text = await readStateText(pod.ports)
  return text === undefined ? undefined : parseState(pod.ports, text, schema)
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writePorts(pod: Pick<PodPaths, 'ports'>, ports: PortsOfPod): Promise<void> {
  await writeState(pod.ports, ports, { durable: true })
}
