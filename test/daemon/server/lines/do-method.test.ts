// What is done for a client that is known, and in which order. Not here: answers and errors as messages (rpc.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { AtOnce } from '../../../../daemon/server/at-once.ts'
import { FairTurns } from '../../../../daemon/server/fair-turns.ts'
import type { Client } from '../../../../daemon/server/lines/client.ts'
import { doMethod } from '../../../../daemon/server/lines/do-method.ts'
import type { ServerVerbs } from '../../../../daemon/server/lines/server-verbs.ts'
import { ReadRoom } from '../../../../daemon/server/read-room.ts'
import type { Verbs } from '../../../../daemon/verbs/by-path.ts'
import type { Channel } from '../../../../protocol/channel/channel.ts'
import { usualWindow } from '../../../../protocol/channel/window.ts'
import type { MethodName } from '../../../../protocol/methods.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'
import type { AuditEntry } from '../../../../protocol/words-host.ts'
import { quietChannel } from '../../../channels.ts'
import { failsWith } from '../../../fails.ts'

const admin: Identity = { name: 'local', role: 'admin', path: '' }
const deploy: Identity = { name: 'ci', role: 'deploy', path: 'inner' }

type AnyCaller = {
  signal: AbortSignal
  send?: ((items: never[]) => Promise<void>) | undefined
  channel?: Channel | undefined
}

type Done = { method: string; params: unknown; caller?: AnyCaller }

/** Does a method, with verbs that only keep what they are asked, or do `work`. */
async function doing(
  method: MethodName,
  params: unknown,
  options: {
    client?: Partial<Client>
    channel?: Channel
    work?: (caller?: AnyCaller) => Promise<unknown>
  } = {},
) {
  const done: Done[] = []
  const audit: AuditEntry[] = []
  const verbs = {
    do: (async (method, params, caller) => {
      done.push({ method, params, caller })
      return await (options.work?.(caller) ?? 'done')
    }) as Verbs['do'],
  }
  const own = new Proxy({} as ServerVerbs, {
    get: (_, method: string) => async (params: unknown) => void done.push({ method, params }),
  })
  const client: Client = {
    identity: admin,
    address: '192.0.2.1',
    authorize: () => ({ refusal: 'no' }),
    isValid: () => true,
    signal: new AbortController().signal,
    channels: undefined,
    underWay: undefined,
    ...options.client,
  }
  const clock = { nowMs: () => 0, wallMs: () => 0 }
  const methods = {
    verbs,
    own,
    audit: { log: { write: (entry: AuditEntry) => audit.push(entry) }, clock },
    readRoom: new ReadRoom(defaultSettings),
    turns: new FairTurns(defaultSettings),
    requests: new AtOnce('maxTokenRequests', defaultSettings),
    streams: new AtOnce('maxTokenStreams', defaultSettings),
  }
  const result = doMethod(methods, { method, params }, { client, channel: options.channel })
  return {
    done,
    audit,
    outcome: await result.then(
      value => ({ value }),
      error => ({ error }),
    ),
  }
}

test('doMethod() gives a verb of the host its params with their defaults, and a verb of the server too', async () => {
  const host = await doing('pod.status', { name: 'web' })
  assert.equal(host.outcome, { value: 'done' })
  assert.equal(
    host.done.map(({ method, params }) => [method, params]),
    [['pod.status', { path: '', hops: 0, name: 'web', usage: false }]],
  )
  const server = await doing('host.token.list', {})
  assert.equal(
    server.done.map(({ method, params }) => [method, params]),
    [['host.token.list', { path: '' }]],
  )
})

test('doMethod() looks at the rights before it looks at the params, and does nothing without them', async () => {
  const wrong = { name: 5 }
  for (const [method, identity, code] of [
    ['pod.push', { ...deploy, role: 'read' }, 'forbidden'],
    ['pod.status', deploy, 'forbidden'],
    ['pod.status', admin, 'bad_params'],
  ] as const) {
    const { outcome, done } = await doing(method, wrong, { client: { identity } })
    await failsWith(code, () => Promise.reject('error' in outcome && outcome.error))
    assert.is(done.length, 0)
  }
})

test('doMethod() notes what changes something, also where it is refused, and from where it was asked', async () => {
  const { audit } = await doing('pod.push', { name: 'x', path: 'other' }, { client: { identity: deploy } })
  assert.equal(
    audit.map(({ who, from, verb, pod, path, outcome }) => [who, from, verb, pod, path, outcome]),
    [['ci', '192.0.2.1', 'pod.push', 'x', 'other', 'forbidden']],
  )
  const behind = await doing('host.stop', {}, { client: { identity: { ...admin, from: 'shell 192.0.2.7' } } })
  assert.equal(
    behind.audit.map(({ from, outcome }) => [from, outcome]),
    [['shell 192.0.2.7', 'ok']],
  )
})

test('doMethod() does what a client that is not known may ask, without a line in the audit log', async () => {
  const { done, audit } = await doing('host.auth', { token: 'x' }, { client: { identity: undefined } })
  assert.equal([done.length, audit.length], [1, 0])
})

test('doMethod() keeps from a client what lies beside its path', async () => {
  const { outcome } = await doing(
    'host.info',
    { path: 'inner' },
    {
      client: { identity: deploy },
      work: async () => ({ hosts: ['inner', 'other'] }),
    },
  )
  assert.equal(outcome, { value: { hosts: ['inner'] } })
})

test('doMethod() gives a verb its channel, and what sends items where that takes values', async () => {
  const sent: unknown[] = []
  const value = (items: unknown) => sent.push(items) && 0
  const channel = quietChannel({ value }, { granted: usualWindow })
  const { done } = await doing('pod.logs', {}, { channel })
  await done[0]?.caller?.send?.([])
  assert.equal(sent, [[]])
  assert.is(done[0]?.caller?.channel, channel)
  const plain = await doing('pod.call', { name: 'x', fn: 'f' }, { channel: quietChannel() })
  assert.is(plain.done[0]?.caller?.send, undefined)
})

test('doMethod() gives what has no channel neither: nobody waits for what could be told', async () => {
  const { done } = await doing('pod.logs', {})
  assert.equal([done[0]?.caller?.send, done[0]?.caller?.channel], [undefined, undefined])
})

test('doMethod() answers at once that a request was given up, and its work is told', async () => {
  const channel = quietChannel()
  const { outcome } = await doing(
    'pod.call',
    { name: 'x', fn: 'f' },
    {
      channel,
      work: async caller => {
        channel.onCancel('enough')
        assert.is(caller?.signal.aborted, true)
        return await new Promise(() => {})
      },
    },
  )
  const error = await failsWith('aborted', () => Promise.reject('error' in outcome && outcome.error))
  assert.is(error.message, 'enough')
})

test('doMethod() hides secrets from a client that may only read, in answers and in streams', async () => {
  const pod = { name: 'web', params: { token: 'x', port: '80' } }
  const hiddenPod = { name: 'web', params: { token: '***', port: '80' } }
  const work = async (caller?: AnyCaller) => {
    await caller?.send?.([pod] as never[])
    return pod
  }
  const client = { identity: { name: 'eye', role: 'read', path: '' } as const }
  const { outcome } = await doing('pod.status', { name: 'web' }, { client, work })
  assert.equal(outcome, { value: hiddenPod })
  assert.equal((await doing('pod.status', { name: 'web' }, { work })).outcome, { value: pod })
})

test.run()
