// What a pod that is a host answers, read into the words of the wire. An author may say as little as `{ status: 'up' }`.
import * as v from 'valibot'
import { P8aError } from '../../../protocol/errors.ts'
import { keyedSchema } from '../../../protocol/keyed.ts'
import { labelsSchema } from '../../../protocol/labels.ts'
import type { MethodResults } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { UsageInfo } from '../../../protocol/usage.ts'
import type { LogEntry, PodEnv, PodStatus, RunInfo, RunStatus, Stopped } from '../../../protocol/words.ts'
import type { VersionInfo } from '../../../protocol/words-version.ts'

const statusSchema = v.looseObject({
  name: v.optional(v.string()),
  status: v.picklist(['idle', 'waiting', 'up', 'error']),
  text: v.optional(v.string(), ''),
  labels: v.optional(labelsSchema, {}),
  runs: v.optional(v.array(v.looseObject({ id: v.string() })), []),
})

const runSchema = v.looseObject({ id: v.string() })

const endsSchema = v.array(v.looseObject({ run: v.string(), reason: v.string() }))

const stoppedSchema = v.object({ status: v.picklist(['idle', 'waiting', 'up', 'error']), ended: endsSchema })

const removedSchema = v.object({ stopped: endsSchema })

const scriptSchema = v.looseObject({
  script: v.string(),
  encoding: v.optional(v.picklist(['utf8', 'base64']), 'utf8'),
})

const outputSchema = v.looseObject({
  run: v.string(),
  data: v.string(),
  encoding: v.picklist(['utf8', 'base64', 'latin1']),
  offset: v.number(),
  next: v.number(),
  done: v.boolean(),
})

const envSchema = v.looseObject({
  env: v.array(v.looseObject({ name: v.string(), value: v.optional(v.string()), from: v.optional(v.string(), 'env') })),
})

const sendSchema = v.nullish(
  v.looseObject({ runs: v.optional(v.array(v.string())), bytes: v.optional(v.number()) }),
  {},
)

const usageSchema = v.looseObject({
  everyMs: v.optional(v.number(), 0),
  points: v.optional(v.array(v.looseObject({ at: v.string() })), []),
  pods: v.optional(v.array(v.looseObject({ name: v.string(), cpu: v.number(), memory: v.number() }))),
})

const entrySchema = v.union([v.string(), v.looseObject({ text: v.string() })])

/** @throws {P8aError} `bad_answer` */
export function statusAnswer(path: string, name: unknown, answer: unknown): PodStatus {
  const said = v.safeParse(statusSchema, answer)
  if (!said.success || typeof name !== 'string') throw badAnswer(path, 'status', answer)
  const isUp = said.output.status === 'up'
  return {
    kind: 'service',
    version: 0,
    latest: 0,
    hash: '',
    want: isUp ? 'up' : 'idle',
    scale: 1,
    up: isUp ? 1 : 0,
    restarts: 0,
    params: {},
    exports: [],
    config: {},
    ...said.output,
    runs: said.output.runs.map(runStatusAnswer),
    name,
    path,
  } as PodStatus
}

/** A run in a status, of which an author may tell as little as its id. */
export function runStatusAnswer(run: { id: string }): RunStatus {
  return { slot: 0, state: 'up', startedAt: new Date(0).toISOString(), restarts: 0, version: 0, ...run }
}

/** Whether it tells which runs ended is up to it; anything else that it returns says nothing. */
export function stopAnswer(name: string, answer: unknown): Stopped {
  const said = v.safeParse(stoppedSchema, answer)
  return { name, status: 'idle', ended: [], ...(said.success ? (said.output as Partial<Stopped>) : {}) }
}

export function removeAnswer(name: string, answer: unknown): MethodResults['pod.remove'] {
  const said = v.safeParse(removedSchema, answer)
  return { name, removed: true, stopped: said.success ? (said.output.stopped as Stopped['ended']) : [] }
}

/** @throws {P8aError} `bad_answer` */
export function runsAnswer(path: string, answer: unknown): RunInfo[] {
  const said = v.safeParse(v.array(runSchema), answer)
  if (!said.success) throw badAnswer(path, 'runs', answer)
  return said.output.map(run => ({ slot: 0, version: 0, state: 'up', startedAt: new Date(0).toISOString(), ...run }))
}

/** @throws {P8aError} `bad_answer` */
export function versionsAnswer(path: string, answer: unknown): VersionInfo[] {
  const said = v.safeParse(v.array(v.looseObject({ version: v.number() })), answer)
  if (!said.success) throw badAnswer(path, 'versions', answer)
  return said.output.map(version => ({
    hash: '',
    size: 0,
    pushedAt: new Date(0).toISOString(),
    kind: 'service',
    isWanted: false,
    runs: [],
    ...version,
  }))
}

/** @throws {P8aError} `bad_answer` */
export function logAnswer(path: string, answer: unknown): LogEntry[] {
  const said = v.safeParse(v.array(entrySchema), answer)
  if (!said.success) throw badAnswer(path, 'logs', answer)
  const time = new Date().toISOString()
  return said.output.map(entry => {
    const told = typeof entry === 'string' ? { text: entry } : entry
    return { time, source: 'stdout', tags: ['stdout'], ...told } as LogEntry
  })
}

/** Nothing is said by nothing. @throws {P8aError} `bad_answer` */
export function infoAnswer(path: string, answer: unknown): object {
  const said = v.safeParse(v.nullish(keyedSchema(v.unknown()), {}), answer)
  if (!said.success || Array.isArray(answer)) throw badAnswer(path, 'info', answer)
  return said.output
}

/** @throws {P8aError} `bad_answer` */
export function scriptAnswer(path: string, name: string, answer: unknown): MethodResults['pod.script'] {
  const said = v.safeParse(scriptSchema, answer)
  if (!said.success) throw badAnswer(path, 'script', answer)
  const size = Buffer.byteLength(said.output.script, said.output.encoding)
  return { version: 0, hash: '', size, pushedAt: new Date(0).toISOString(), ...said.output, name }
}

/** @throws {P8aError} `bad_answer` */
export function outputAnswer(path: string, answer: unknown): MethodResults['pod.output'] {
  const said = v.safeParse(outputSchema, answer)
  if (!said.success) throw badAnswer(path, 'output', answer)
  return said.output as MethodResults['pod.output']
}

/** @throws {P8aError} `bad_answer` */
export function envAnswer(path: string, name: string, answer: unknown): PodEnv {
  const said = v.safeParse(envSchema, answer)
  if (!said.success) throw badAnswer(path, 'env', answer)
  return { name, env: said.output.env as PodEnv['env'] }
}

/** @param told what is answered where the owner says nothing. @throws {P8aError} `bad_answer` */
export function sendAnswer(path: string, told: MethodResults['pod.send'], answer: unknown): MethodResults['pod.send'] {
  const said = v.safeParse(sendSchema, answer)
  if (!said.success) throw badAnswer(path, 'send', answer)
  const { runs = told.runs, bytes = told.bytes } = said.output ?? {}
  return { name: told.name, runs, bytes }
}

/** @throws {P8aError} `bad_answer` */
export function usageAnswer(path: string, answer: unknown): UsageInfo {
  const said = v.safeParse(usageSchema, answer)
  if (!said.success) throw badAnswer(path, 'usage', answer)
  const { everyMs, points, pods } = said.output
  return { everyMs, points, ...(pods && { pods: pods.map(pod => ({ path, ...pod })) }) } as UsageInfo
}

/** @throws {P8aError} `bad_answer` */
export function commandsAnswer(path: string, answer: unknown): string[] {
  const said = v.safeParse(v.array(v.string()), answer)
  if (!said.success) throw badAnswer(path, 'commands', answer)
  return said.output
}

/** What another host's push answered is told as that; anything else is the pod's own answer, to be printed as it is. */
export function pushAnswer(name: string, answer: unknown): MethodResults['pod.push'] {
  const unknown = { version: 0, hash: '', size: 0, unchanged: false, kind: 'service' as const, exports: [] }
  const told = answer as MethodResults['pod.push'] | null
  const isPushed = typeof told === 'object' && typeof told?.version === 'number' && typeof told.hash === 'string'
  return isPushed ? { ...unknown, ...told, name } : { ...unknown, name, answer: answer ?? null }
}

export function badAnswer(path: string, verb: string, answer: unknown): P8aError {
  return new P8aError('bad_answer', `The host at ${quote(path)} answered ${verb} with ${shown(answer)}`, {
    hint: 'docs/HOSTS.md says what each handler returns',
    facts: { path, verb },
  })
}

function shown(answer: unknown): string {
  return quote(JSON.stringify(answer) ?? String(answer))
}
