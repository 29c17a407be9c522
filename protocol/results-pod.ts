// The results of the methods about pods and profiles, as shapes: see results.ts.
import type { Shape } from './shape.ts'
import {
  anything,
  flag,
  late,
  list,
  type Members,
  members,
  number,
  optional,
  text,
  texts,
  time,
  whole,
  word,
  yes,
} from './shape-parts.ts'

const kind = word('service', 'script')
const state = word('idle', 'waiting', 'up', 'error')

const end: Members = {
  code: { type: ['number', 'null'] },
  signal: { type: ['string', 'null'] },
  reason: text,
  message: optional(text),
}

const runEnd = late(() => members({ run: text, ...end, tookMs: optional(number) }))
const cause = late(() => members({ reason: text, text, run: optional(text) }))

const image = {
  version: whole,
  hash: text,
  size: whole,
  pushedAt: time,
  file: optional(text),
  by: optional(text),
  message: optional(text),
}

const runStatus = late(() =>
  members({
    id: text,
    slot: whole,
    state: text,
    pid: optional(whole),
    startedAt: time,
    upAt: optional(time),
    uptimeMs: optional(number),
    restarts: whole,
    version: whole,
    after: optional(cause()),
    health: optional(text),
    text: optional(text),
    cpu: optional(number),
    memory: optional(number),
    lag: optional(members({ p50Ms: number, p99Ms: number })),
  }),
)

const facts = () => ({
  name: text,
  path: text,
  kind,
  status: state,
  text,
  version: whole,
  latest: whole,
  hash: text,
  want: word('up', 'idle'),
  scale: whole,
  up: whole,
  failed: optional(whole),
  restarts: whole,
  params: texts,
  labels: optional(texts),
  exports: optional(list(text)),
  takesArgs: optional(yes),
  config: optional({ type: 'object', additionalProperties: anything }),
  cause: optional(cause()),
  retryAt: optional(time),
  queued: optional(whole),
  last: optional(members({ run: text, at: time, ...end })),
  nextAt: optional(time),
  asleepSince: optional(time),
  epoch: optional(whole),
  groups: optional(
    list(
      members({
        name: text,
        weight: number,
        sticky: optional(text),
        route: optional(list(members({ at: text, strip: optional(flag), http: optional(text) }))),
      }),
    ),
  ),
  from: optional({ type: 'object', additionalProperties: text }),
  ports: optional(
    list(
      members({
        name: text,
        address: text,
        host: optional(text),
        port: optional(whole),
        path: optional(text),
        access: optional(members({ mode: optional(whole), owner: optional(text), group: optional(text) })),
      }),
    ),
  ),
  limits: optional(list(members({ name: text, most: number, by: text }))),
  isolate: optional({ type: 'object', additionalProperties: {} }),
  engine: optional(text),
  overLimit: optional(whole),
  problem: optional(text),
})

const status = () => ({ ...facts(), images: optional(list(members(image))), runs: list(runStatus()) })
const podStatus = late(() => members(status()))

const runInfo = late(() =>
  members({
    id: text,
    slot: whole,
    version: whole,
    state: text,
    pid: optional(whole),
    queuedAt: optional(time),
    params: optional(texts),
    args: optional(list(text)),
    outputBytes: optional(whole),
    cut: optional(flag),
    startedAt: time,
    upAt: optional(time),
    endedAt: optional(time),
    end: optional(members(end)),
  }),
)

const logEntry = late(() =>
  members({
    time,
    pod: optional(text),
    run: optional(text),
    source: text,
    tags: list(text),
    text,
  }),
)

const of = { path: text, name: text }
const podFacts = late(() => members(facts()))

/** A change that `host.watch` tells. */
export const podChange = late(
  (): Shape => ({
    oneOf: [
      members({ type: { const: 'snapshot' }, pods: list(podStatus()) }),
      members({ type: { const: 'added' }, ...of, pod: podStatus() }),
      members({ type: word('pushed', 'changed', 'status'), ...of, pod: podFacts() }),
      members({ type: { const: 'run' }, ...of, run: runStatus() }),
      members({ type: { const: 'ended' }, ...of, run: text, end: optional(runEnd()) }),
      members({ type: { const: 'removed' }, ...of }),
    ],
  }),
)

const deploy = late(() =>
  members({
    number: whole,
    kind: word('start', 'restart', 'reload', 'rollback'),
    from: optional(whole),
    to: optional(whole),
    at: time,
    by: text,
    outcome: word('ok', 'failed', 'unknown'),
    why: optional(text),
    tookMs: optional(whole),
  }),
)

const versionDiff = late(() =>
  members({
    from: whole,
    to: whole,
    files: list(
      members({ path: text, change: word('added', 'removed', 'changed'), size: whole, before: optional(whole) }),
    ),
    config: list(members({ key: text, from: optional(anything), to: optional(anything) })),
    starts: optional(members({ from: text, to: text })),
    exports: members({ added: list(text), removed: list(text) }),
    patch: text,
    isCut: flag,
  }),
)

const policy = { type: 'object', additionalProperties: anything } as const
const called = late(() => members({ value: optional(anything), run: optional(text) }))
const variable = late(() => members({ name: text, value: optional(text), from: word('file', 'image', 'start', 'env') }))

/** Bytes by hash. A host of an earlier version does not tell it. */
const begun = { type: 'object', additionalProperties: whole } as const

export const podResults = {
  'pod.push': late(() =>
    members({
      name: text,
      version: whole,
      hash: text,
      size: whole,
      unchanged: flag,
      kind,
      exports: list(text),
      answer: optional(anything),
      text: optional(text),
      next: optional(text),
    }),
  ),
  'pod.push.missing': late(() => members({ missing: list(text), begun: optional(begun) })),
  'pod.push.files': late(() => members({ taken: whole, begun: optional(begun) })),
  'pod.group': late(() => members({ name: text, members: { type: 'object', additionalProperties: number } })),
  'pod.env': late(() => members({ name: text, env: list(variable()) })),
  'pod.send': late(() => members({ name: text, runs: list(text), bytes: whole })),
  'pod.start': late(() =>
    members({ ...status(), run: optional(text), dropped: optional(list(text)), kept: optional(list(text)) }),
  ),
  'pod.stop': late(() =>
    members({ name: text, status: state, ended: list(runEnd()), text: optional(text), problem: optional(text) }),
  ),
  'pod.restart': podStatus,
  'pod.reload': podStatus,
  'pod.rollback': podStatus,
  'pod.wake': podStatus,
  'pod.sleep': podStatus,
  'pod.scale': podStatus,
  'pod.status': podStatus,
  'pod.usage': late(() =>
    members({
      everyMs: whole,
      points: list(
        members({
          at: time,
          cpu: optional(number),
          memory: optional(number),
          requests: optional(number),
          lagMs: optional(number),
        }),
      ),
      pods: optional(
        list(
          members({
            ...{ path: text, name: text, cpu: number, memory: number },
            processes: optional(list(members({ pid: whole, cpu: number, memory: number }))),
          }),
        ),
      ),
    }),
  ),
  'pod.versions': late(() =>
    members({
      versions: list(members({ ...image, kind, isWanted: flag, runs: list(text) })),
      deploys: optional(list(deploy())),
      diff: optional(versionDiff()),
    }),
  ),
  'pod.list': late(() => members({ pods: list(podStatus()), next: optional(text) })),
  'pod.remove': late(() =>
    members({
      name: text,
      removed: yes,
      stopped: list(runEnd()),
      run: optional(text),
      items: optional(whole),
      left: optional(list(text)),
    }),
  ),
  'pod.runs': late(() => members({ runs: list(runInfo()), total: whole })),
  'pod.script': late(() =>
    members({
      name: text,
      script: text,
      encoding: word('utf8', 'base64'),
      version: whole,
      hash: text,
      size: whole,
      pushedAt: time,
    }),
  ),
  'pod.output': late(() =>
    members({
      run: text,
      data: text,
      encoding: word('utf8', 'base64', 'latin1'),
      offset: whole,
      next: whole,
      done: flag,
      end: optional(members(end)),
    }),
  ),
  'pod.logs': late(() => members({ entries: list(logEntry()), count: whole, truncated: flag })),
  'profile.list': late(() =>
    members({ profiles: list(members({ name: text, config: policy, pods: list(text), problem: optional(text) })) }),
  ),
  'profile.set': late(() =>
    members({
      name: text,
      config: policy,
      pods: list(
        members({ pod: text, how: word('in-place', 'reloaded', 'next-start', 'same', 'failed'), why: optional(text) }),
      ),
    }),
  ),
  'profile.remove': late(() => members({ name: text, removed: yes })),
  'pod.call': called,
  'pod.commands': late(() => members({ commands: list(text) })),
  'pod.command': called,
  'pod.command.input': late(() => members({ taken: yes })),
  'pod.command.cancel': late(() => members({ canceled: yes })),
} as const satisfies Record<string, () => Shape>
