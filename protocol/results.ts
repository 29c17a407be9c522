// The results of the methods as schemas: the OpenRPC document shows them, and a client checks by them what a host
// answers. Further members are allowed, as a later version may have more; so are further words where only people read
// them. The types stand in words.ts.
import * as v from 'valibot'
import type { MethodName } from './methods.ts'
import { roles } from './roles.ts'

const text = v.string('must be a text')
const flag = v.boolean('must be true or false')
const list = <Item extends v.GenericSchema>(item: Item) => v.array(item, 'must be a list')
const members = <Entries extends v.ObjectEntries>(entries: Entries) => v.object(entries, 'must be an object')
const whole = v.pipe(v.number('must be a number'), v.integer('must be a whole number'))
const texts = v.record(text, text, 'must be an object')
const time = v.pipe(text, v.description('RFC 3339'))

const kind = v.picklist(['service', 'script'], 'must be service or script')
const state = v.picklist(['idle', 'waiting', 'up', 'error'], 'must be idle, waiting, up or error')
const role = v.picklist(roles, 'must be a role')

const end = {
  code: v.nullable(v.number('must be a number')),
  signal: v.nullable(text),
  reason: text,
  message: v.optional(text),
}
const runEnd = members({ run: text, ...end, tookMs: v.optional(v.number('must be a number')) })
const cause = members({ reason: text, text, run: v.optional(text) })

const image = { version: whole, hash: text, size: whole, pushedAt: time, file: v.optional(text) }

const runStatus = members({
  id: text,
  slot: whole,
  state: text,
  pid: v.optional(whole),
  startedAt: time,
  upAt: v.optional(time),
  uptimeMs: v.optional(v.number('must be a number')),
  restarts: whole,
  version: whole,
  after: v.optional(cause),
  health: v.optional(text),
  text: v.optional(text),
  cpu: v.optional(v.number('must be a number')),
  memory: v.optional(v.number('must be a number')),
})

const facts = {
  name: text,
  path: text,
  kind,
  status: state,
  text,
  version: whole,
  latest: whole,
  hash: text,
  want: v.picklist(['up', 'idle'], 'must be up or idle'),
  scale: whole,
  up: whole,
  failed: v.optional(whole),
  restarts: whole,
  params: texts,
  labels: v.optional(texts, {}),
  exports: v.optional(list(text), []),
  config: v.optional(v.record(text, v.unknown(), 'must be an object'), {}),
  cause: v.optional(cause),
  retryAt: v.optional(time),
  queued: v.optional(whole),
  last: v.optional(members({ run: text, at: time, ...end })),
  nextAt: v.optional(time),
  problem: v.optional(text),
}
const status = { ...facts, images: v.optional(list(members(image))), runs: list(runStatus) }
const podStatus = members(status)

const runInfo = members({
  id: text,
  slot: whole,
  version: whole,
  state: text,
  pid: v.optional(whole),
  queuedAt: v.optional(time),
  params: v.optional(texts),
  args: v.optional(list(text)),
  outputBytes: v.optional(whole),
  cut: v.optional(flag),
  startedAt: time,
  upAt: v.optional(time),
  endedAt: v.optional(time),
  end: v.optional(members(end)),
})

const token = { name: text, role, path: text, createdAt: v.optional(time), expiresAt: v.optional(time) }

const auditEntry = members({
  time,
  who: text,
  uid: v.optional(whole),
  from: text,
  verb: text,
  path: text,
  pod: v.optional(text),
  token: v.optional(text),
  outcome: text,
  count: v.optional(whole),
})

const hostInfo = members({
  id: text,
  version: text,
  protocol: whole,
  node: text,
  pid: whole,
  startedAt: time,
  path: text,
  dataDir: text,
  addresses: list(text),
  reachableAt: v.optional(list(text)),
  shellAddress: v.optional(text),
  fingerprint: v.optional(text),
  pods: v.record(text, whole, 'must be an object'),
  runs: whole,
  hosts: list(text),
  spares: members({ ready: whole, hits: whole, misses: whole }),
  memory: v.number('must be a number'),
})

const logEntry = members({
  time,
  pod: v.optional(text),
  run: v.optional(text),
  source: text,
  tags: list(text),
  text,
})

const of = { path: text, name: text }
const podFacts = members(facts)

/** A change that `host.watch` tells. */
export const podChange = v.variant(
  'type',
  [
    members({ type: v.literal('snapshot'), pods: list(podStatus) }),
    members({ type: v.literal('added'), ...of, pod: podStatus }),
    members({ type: v.picklist(['pushed', 'changed', 'status']), ...of, pod: podFacts }),
    members({ type: v.literal('run'), ...of, run: runStatus }),
    members({ type: v.literal('ended'), ...of, run: text, end: v.optional(runEnd) }),
    members({ type: v.literal('removed'), ...of }),
  ],
  'must be a change of pods',
)

const empty = members({})
const called = members({ value: v.optional(v.unknown()), run: v.optional(text) })

const variable = members({ name: text, value: v.optional(text), from: v.picklist(['image', 'start', 'env']) })

/** The result of each method. */
export const results = {
  'host.auth': members({ authorized: v.literal(true) }),
  'host.info': hostInfo,
  'host.watch': empty,
  'host.stop': members({ stopping: v.literal(true), pods: whole }),
  'host.token.add': members({ ...token, token: text }),
  'host.token.list': members({ tokens: list(members(token)) }),
  'host.token.remove': members({ name: text, removed: v.literal(true) }),
  'host.audit': members({ entries: list(auditEntry) }),
  'rpc.discover': empty,
  'rpc.ping': empty,
  'rpc.cancel': members({ canceled: flag }),
  'pod.push': members({
    name: text,
    version: whole,
    hash: text,
    size: whole,
    unchanged: flag,
    kind,
    exports: list(text),
    answer: v.optional(v.unknown()),
    text: v.optional(text),
  }),
  'pod.push.missing': members({ missing: list(text) }),
  'pod.push.files': members({ taken: whole }),
  'pod.env': members({ name: text, env: list(variable) }),
  'pod.send': members({ name: text, runs: list(text), bytes: whole }),
  'pod.start': members({ ...status, run: v.optional(text), dropped: v.optional(list(text)) }),
  'pod.stop': members({ name: text, status: state, ended: list(runEnd), text: v.optional(text) }),
  'pod.restart': podStatus,
  'pod.wake': podStatus,
  'pod.scale': podStatus,
  'pod.status': podStatus,
  'pod.versions': members({ versions: list(members({ ...image, kind, isWanted: flag, runs: list(text) })) }),
  'pod.list': members({ pods: list(podStatus) }),
  'pod.remove': members({ name: text, removed: v.literal(true), stopped: list(runEnd), run: v.optional(text) }),
  'pod.runs': members({ runs: list(runInfo), total: whole }),
  'pod.script': members({
    name: text,
    script: text,
    encoding: v.picklist(['utf8', 'base64']),
    version: whole,
    hash: text,
    size: whole,
    pushedAt: time,
  }),
  'pod.output': members({
    run: text,
    data: text,
    encoding: v.picklist(['utf8', 'base64', 'latin1']),
    offset: whole,
    next: whole,
    done: flag,
    end: v.optional(members(end)),
  }),
  'pod.logs': members({ entries: list(logEntry), count: whole, truncated: flag }),
  'pod.call': called,
  'pod.commands': members({ commands: list(text) }),
  'pod.command': called,
  'pod.command.input': members({ taken: v.literal(true) }),
  'pod.command.cancel': members({ canceled: v.literal(true) }),
} as const satisfies Record<MethodName, v.GenericSchema>

/** What is wrong with something that should fit a schema, such as `pods.0.name must be a text`; undefined if it fits. */
export function misfit(schema: v.GenericSchema, value: unknown): string | undefined {
  const { success, issues } = v.safeParse(schema, value, { abortEarly: true })
  if (success) return undefined
  const [{ path, message, received }] = issues
  const place = path?.map(({ key }) => String(key)).join('.')
  return place ? `${place} ${received === 'undefined' ? 'is missing' : message}` : message
}
