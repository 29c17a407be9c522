// Messages to answers, with verbs that only say what they were given. Not here: the doors (e2e/wire.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { AtOnce } from '../../../../daemon/server/at-once.ts'
import { FairTurns } from '../../../../daemon/server/fair-turns.ts'
import type { Client } from '../../../../daemon/server/lines/client.ts'
import { Rpc } from '../../../../daemon/server/lines/rpc.ts'
import { serverVerbs } from '../../../../daemon/server/lines/server-verbs.ts'
import { ReadRoom } from '../../../../daemon/server/read-room.ts'
import { systemClock } from '../../../../daemon/system/clock.ts'
import type { HostLog } from '../../../../daemon/system/host-log.ts'
import type { Verbs } from '../../../../daemon/verbs/by-path.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'
import type { AuditEntry } from '../../../../protocol/words-host.ts'

type Answer = { id: unknown; result?: unknown; error?: { message: string; data: { code: string; hint?: string } } }

const bugs: unknown[] = []
const audit: AuditEntry[] = []
const own = serverVerbs({
  tokens: { add: notAsked, list: () => [], remove: notAsked },
  pages: { make: async () => ({ code: '', expiresAt: '' }), take: async () => undefined, leave: async () => false },
  audit: { files: [] },
  version: '1.2.3',
  tell: () => {},
})
const local: Identity = { name: 'local', role: 'admin', path: '' }

function rpc(verb: (params: Record<string, unknown>) => unknown = params => params): Rpc {
  const verbs = { do: (async (_, params) => verb(params)) as Verbs['do'] }
  const log = { error: (...bug: unknown[]) => bugs.push(bug) } as unknown as HostLog
  return new Rpc({
    readRoom: new ReadRoom(defaultSettings),
    turns: new FairTurns(defaultSettings),
    requests: new AtOnce('maxTokenRequests', defaultSettings),
    streams: new AtOnce('maxTokenStreams', defaultSettings),
    maxAnswersBytes: 1_000_000,
    verbs,
    log,
    own,
    audit: { log: { write: entry => audit.push(entry) }, clock: systemClock },
  })
}

async function notAsked(): Promise<never> {
  throw new Error('nobody asks for this here')
}

function client(isAuthorized = true): Client {
  const made: Client = {
    identity: isAuthorized ? local : undefined,
    address: 'unix',
    isValid: () => true,
    authorize: token => {
      if (token !== 'right') return { refusal: 'The token is wrong' }
      made.identity = local
      return { identity: local }
    },
    signal: new AbortController().signal,
    channels: undefined,
    underWay: undefined,
  }
  return made
}

const ask = async (message: unknown, from = client(), of = rpc()) =>
  (await of.answer(message, from)) as unknown as Answer
const request = (method: unknown, params: unknown = {}, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params,
  ...more,
})

test('answer() gives a verb its params with their defaults, and its result back', async () => {
  assert.equal(await ask(request('pod.status', { name: 'web' })), {
    jsonrpc: '2.0',
    id: 1,
    result: { path: '', hops: 0, name: 'web', usage: false },
  } as never)
})

test('answer() keeps ids as they are, and answers no notification', async () => {
  for (const id of [0, 'a', '', 1.5]) assert.is((await ask(request('host.info', {}, { id }))).id, id)
  assert.is(await ask({ jsonrpc: '2.0', method: 'host.info' }), null as never)
  assert.is(await ask({ jsonrpc: '2.0', method: 'no.such' }), null as never)
})

test('answer() of what is no request is bad_request, whatever it is', async () => {
  for (const message of [
    null,
    1,
    'text',
    true,
    {},
    { jsonrpc: '1.0', id: 1, method: 'host.info' },
    { id: 1, method: 'host.info' },
    request(undefined),
    request(5),
    request(null),
    request({}),
    request(['host.info']),
    request(true),
  ]) {
    const { error } = await ask(message)
    assert.is(error?.data.code, 'bad_request', JSON.stringify(message))
    assert.ok(error?.data.hint)
  }
})

test('answer() of a method there is not is method_not_found, also of one that every object has', async () => {
  for (const method of ['no.such', '', 'toString', '__proto__', 'constructor'])
    assert.is((await ask(request(method))).error?.data.code, 'method_not_found')
})

test('answer() of wrong params is bad_params with the parameter named, of a wrong config bad_config', async () => {
  for (const [params, code, message] of [
    [{}, 'bad_params', /name is missing/],
    [{ name: 5 }, 'bad_params', /name must be string, not 5/],
    [{ name: 'x', wrong: 1 }, 'bad_params', /no parameter "wrong"/],
    [{ name: 'x', params: { a: 1 } }, 'bad_params', /params\.a must be a text/],
    [[], 'bad_params', /./],
    ['text', 'bad_params', /./],
    [{ name: 'x', config: { scale: 'ten' } }, 'bad_config', /config\.scale/],
  ] as const) {
    const { error } = await ask(request('pod.start', params))
    assert.equal(
      [error?.data.code, message.test(error?.message ?? '')],
      [code, true],
      `${JSON.stringify(params)}: ${error?.message}`,
    )
    assert.ok(error?.data.hint)
  }
})

test('answer() tells nobody without the token anything but unauthorized', async () => {
  for (const message of [
    request('host.info'),
    request('no.such'),
    request(5),
    null,
    {},
    request('host.info', {}, { token: 'wrong' }),
    request('host.info', {}, { token: 5 }),
  ]) {
    assert.is((await ask(message, client(false))).error?.data.code, 'unauthorized', JSON.stringify(message))
  }
  assert.ok((await ask(request('host.info', {}, { token: 'right' }), client(false))).result)
})

test('host.auth authorises for what follows', async () => {
  const from = client(false)
  assert.is((await ask(request('host.auth', { token: 'wrong' }), from)).error?.data.code, 'unauthorized')
  assert.equal((await ask(request('host.auth', { token: 'right' }), from)).result, {
    authorized: true,
    name: 'local',
    role: 'admin',
    path: '',
  })
  assert.ok((await ask(request('host.info'), from)).result)
})

test('a batch is answered with a list, its notifications left out; an empty one is bad_request', async () => {
  const answers = (await ask([request('host.info'), { jsonrpc: '2.0', method: 'host.info' }, 5])) as unknown as Answer[]
  assert.equal(
    answers.map(({ error }) => error?.data.code),
    [undefined, 'bad_request'],
  )
  assert.is((await ask([])).error?.data.code, 'bad_request')
  assert.is(await ask([{ jsonrpc: '2.0', method: 'host.info' }]), null as never)
})

test('what a verb throws is its error; what nobody expected is internal, and in the log as a bug', async () => {
  const refusing = rpc(() => {
    throw new P8aError('pod_not_found', 'There is no pod "x"', { hint: 'Push it', facts: { pod: 'x' } })
  })
  assert.equal((await ask(request('pod.status', { name: 'x' }), client(), refusing)).error?.data, {
    pod: 'x',
    code: 'pod_not_found',
    hint: 'Push it',
  } as never)
  bugs.length = 0
  const broken = rpc(async () => {
    throw new TypeError('a secret')
  })
  const { error } = await ask(request('pod.status', { name: 'x' }), client(), broken)
  assert.equal([error?.data.code, JSON.stringify(error).includes('secret'), bugs.length], ['internal', false, 1])
})

test('params of a pod keep every name, also those that objects have by themselves', async () => {
  const params = JSON.parse('{"constructor":"a","prototype":"b","__proto__":"c","toString":"d"}')
  const { result } = (await ask(request('pod.start', { name: 'x', params }))) as {
    result: { params: Record<string, string> }
  }
  assert.equal(Object.entries(result.params).sort(), Object.entries(params).sort())
})

test('answer() refuses an id that could not be said again, and a batch of more than 1000', async () => {
  const deep = JSON.parse(`${'[{"1":'.repeat(4000)}1${'}]'.repeat(4000)}`)
  for (const id of [deep, {}, [], true]) {
    for (const from of [client(), client(false)]) {
      const answer = await ask(request('host.auth', { token: 'wrong' }, { id }), from)
      assert.equal([answer.id, answer.error?.data.code], [null, from.identity ? 'bad_request' : 'unauthorized'])
    }
  }
  const many = Array.from({ length: 1001 }, () => request('host.info'))
  assert.is((await ask(many)).error?.data.code, 'too_large')
  assert.is((await ask(many, client(false))).error?.data.code, 'unauthorized')
  assert.is(((await ask(many.slice(1))) as unknown as Answer[]).length, 1000)
})

test.run()
