// The results of the methods about the host itself, its tokens, quotas, hooks and events, as shapes: see results.ts.
import { roles } from './roles.ts'
import type { Shape } from './shape.ts'
import {
  flag,
  late,
  list,
  type Members,
  members,
  number,
  optional,
  text,
  time,
  whole,
  word,
  yes,
} from './shape-parts.ts'

const role = word(...roles)

/** Bounds, and what is used of them; memory and images in bytes. */
const quota: Members = {
  pods: optional(whole),
  runs: optional(whole),
  memory: optional(whole),
  images: optional(whole),
  items: optional(whole),
}

const saved: Members = {
  asleepMs: number,
  naps: whole,
  gigabyteHours: number,
  price: optional(number),
}

const hook = late(() =>
  members({
    id: text,
    url: text,
    types: optional(list(text)),
    path: text,
    name: optional(text),
    addedAt: time,
    after: whole,
    delivered: whole,
    dropped: whole,
    trouble: optional(members({ attempts: whole, why: text, since: time, nextAt: time })),
  }),
)

const token = { name: text, role, path: text, createdAt: optional(time), expiresAt: optional(time) }

const auditEntry = late(() =>
  members({
    time,
    who: text,
    uid: optional(whole),
    from: text,
    verb: text,
    path: text,
    pod: optional(text),
    token: optional(text),
    outcome: text,
    count: optional(whole),
  }),
)

const startedWith = late(() =>
  members({
    port: optional(whole),
    host: optional(text),
    shellPort: optional(whole),
    tls: optional(word('on', 'off')),
    cert: optional(text),
    key: optional(text),
  }),
)

const upgradeInfo = late(() =>
  members({
    id: text,
    from: text,
    to: text,
    folder: text,
    at: time,
    outcome: word('under way', 'done', 'failed'),
    endedAt: optional(time),
    why: optional(text),
  }),
)

const hostInfo = late(() =>
  members({
    id: text,
    version: text,
    protocol: whole,
    node: text,
    pid: whole,
    startedAt: time,
    path: text,
    dataDir: text,
    addresses: list(text),
    reachableAt: optional(list(text)),
    shellAddress: optional(text),
    fingerprint: optional(text),
    startedWith: optional(startedWith()),
    upgrade: optional(upgradeInfo()),
    pods: { type: 'object', additionalProperties: whole },
    runs: whole,
    hosts: list(text),
    spares: members({ ready: whole, hits: whole, misses: whole }),
    levels: optional(list(members({ level: text, has: flag, how: text }))),
    groups: optional(text),
    users: optional(text),
    memory: number,
  }),
)

/** Its facts are those of its type: `protocol/events.ts` has them. */
export const hostEvent = late(() => members({ number: whole, at: time, type: text, path: text, pod: optional(text) }))

const empty = late(() => members({}))

export const hostResults = {
  'host.auth': late(() =>
    members({
      authorized: yes,
      name: optional(text),
      role: optional(role),
      path: optional(text),
      expiresAt: optional(time),
    }),
  ),
  'host.info': hostInfo,
  'host.watch': empty,
  'host.stop': late(() => members({ stopping: yes, pods: whole })),
  'host.upgrade': upgradeInfo,
  'host.token.add': late(() => members({ ...token, token: text })),
  'host.token.list': late(() => members({ tokens: list(members(token)) })),
  'host.token.remove': late(() => members({ name: text, removed: yes })),
  'host.page.code': late(() => members({ code: text, expiresAt: time })),
  'host.page.enter': late(() => members({ ...token, token: text })),
  'host.page.leave': late(() => members({ left: flag })),
  'host.audit': late(() => members({ entries: list(auditEntry()) })),
  'events.list': late(() => members({ events: list(hostEvent()), at: whole, first: whole })),
  'events.follow': empty,
  'rpc.discover': empty,
  'rpc.ping': empty,
  'rpc.cancel': late(() => members({ canceled: flag })),
  'quota.list': late(() =>
    members({ quotas: list(members({ path: text, bounds: members(quota), used: members(quota) })) }),
  ),
  'quota.set': late(() => members({ path: text, bounds: members(quota) })),
  'host.metrics': late(() => members({ type: text, text })),
  'host.savings': late(() =>
    members({
      since: time,
      pods: list(members({ path: text, name: text, isAsleep: flag, ...saved })),
      total: members(saved),
      currency: text,
    }),
  ),
  'hook.add': late(() => hook()),
  'hook.list': late(() => members({ hooks: list(hook()) })),
  'hook.remove': late(() => members({ id: text, url: text, removed: yes })),
} as const satisfies Record<string, () => Shape>
