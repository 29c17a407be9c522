// The verbs that are no host's. Not here: tokens on the disk (access/tokens.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { Channels } from '../../../../daemon/server/lines/channels.ts'
import type { Call, Client } from '../../../../daemon/server/lines/client.ts'
import { serverVerbs } from '../../../../daemon/server/lines/server-verbs.ts'
import type { Channel } from '../../../../protocol/channel/channel.ts'
import type { Telling } from '../../../../protocol/events.ts'
import { failsWith } from '../../../fails.ts'

const ci: Identity = { name: 'ci', role: 'admin', path: 'inner' }

const told: Telling[] = []

function verbsTo(asked: unknown[]) {
  return serverVerbs({
    tokens: {
      add: async (...args) => {
        asked.push(args)
        return { name: 'new', role: 'read', path: '', createdAt: '', token: 'secret' }
      },
      list: (...args) => {
        asked.push(args)
        return []
      },
      remove: async (...args) => void asked.push(args),
    },
    pages: {
      make: async (...args) => {
        asked.push(args)
        return { code: 'code', expiresAt: '' }
      },
      leave: async ({ name }) => name === 'ci',
      take: async code =>
        code === 'code' ? { name: 'ci/page-1', role: 'read', path: '', createdAt: '', token: 'secret' } : undefined,
    },
    audit: { files: [] },
    version: '1.2.3',
    tell: event => void told.push(event),
  })
}

function call(client: Partial<Client> = {}): Call {
  const made: Client = {
    identity: ci,
    address: 'unix',
    authorize: token => (token === 'right' ? { identity: ci } : { refusal: 'The token is wrong' }),
    isValid: () => true,
    signal: new AbortController().signal,
    channels: undefined,
    underWay: undefined,
    ...client,
  }
  return { client: made, channel: undefined }
}

test('host.auth authorizes a right token, and says why a wrong one does not count', async () => {
  const verbs = verbsTo([])
  const known = { authorized: true, name: 'ci', role: 'admin', path: 'inner' }
  assert.equal(await verbs['host.auth']({ token: 'right' }, call()), known)
  const error = await failsWith('unauthorized', () => verbs['host.auth']({ token: 'wrong' }, call()))
  assert.match(error.message, 'The token is wrong')
})

test('host.token.add and host.token.remove know who asks, and nobody unknown gets to them', async () => {
  const asked: unknown[] = []
  const verbs = verbsTo(asked)
  const params = { name: 'new', role: 'read', path: '' } as const
  await verbs['host.token.add'](params, call())
  assert.equal(await verbs['host.token.remove']({ name: 'new' }, call()), { name: 'new', removed: true })
  assert.equal(asked, [[params, ci], [ci], ['new', ci]])
  assert.equal(
    told.splice(0).map(event => [event.type, event.path]),
    [
      ['token-added', ''],
      ['token-removed', 'inner'],
    ],
  )
  await failsWith('unauthorized', () => verbs['host.token.add'](params, call({ identity: undefined })))
  await failsWith('unauthorized', () => verbs['host.token.remove']({ name: 'new' }, call({ identity: undefined })))
  assert.is(asked.length, 3)
  assert.equal(told, [])
})

test('host.token.list lists the tokens of the path that is asked for', async () => {
  const asked: unknown[] = []
  await verbsTo(asked)['host.token.list']({ path: 'inner' }, call())
  assert.equal(asked, [[{ name: 'local', role: 'admin', path: 'inner' }]])
})

test('rpc.discover makes its document once', async () => {
  const verbs = verbsTo([])
  const document = await verbs['rpc.discover']({}, call())
  assert.is(await verbs['rpc.discover']({}, call()), document)
  assert.is((document as { info: { version: string } }).info.version, '1.2.3')
})

function channels(): Channels {
  const limits = { maxCommands: 1, maxCommandInputs: 1, maxPendingRequests: 1 }
  return new Channels(limits, { say: () => {}, bytes: undefined })
}

test('rpc.cancel says whether there was such a request, also where the client can have none', async () => {
  const open = channels()
  const left = Promise.withResolvers<unknown>()
  void open.during({ id: 'a', method: 'pod.call', window: undefined }, async channel => {
    channel?.leaving.signal.addEventListener('abort', () => left.resolve(channel.leaving.reason))
    await left.promise
  })
  const cancel = verbsTo([])['rpc.cancel']
  assert.equal(await cancel({ request: 'a' }, call({ underWay: open })), { canceled: true })
  assert.equal(await cancel({ request: 'b' }, call({ underWay: open })), { canceled: false })
  assert.equal(await cancel({ request: 'a' }, call()), { canceled: false })
  assert.is(((await left.promise) as Error).message, 'The request was canceled')
})

test('pod.command.input and pod.command.cancel reach the command, and refuse where there is none', async () => {
  const verbs = verbsTo([])
  const open = channels()
  const from = call({ underWay: open })
  const opened = Promise.withResolvers<Channel>()
  const over = open.during({ id: 5, method: 'pod.command', window: undefined }, async channel => {
    if (channel) opened.resolve(channel)
    await new Promise(resolve => channel?.leaving.signal.addEventListener('abort', resolve))
  })
  const channel = await opened.promise
  assert.equal(await verbs['pod.command.input']({ request: 5, text: 'a line' }, from), { taken: true })
  assert.is((await channel.take()).value, 'a line')
  assert.equal(await verbs['pod.command.cancel']({ request: 5 }, from), { canceled: true })
  await over
  assert.match((await failsWith('aborted', () => channel.send('x'))).message, 'canceled')
  await failsWith('bad_params', () => verbs['pod.command.input']({ request: 5, text: 'x' }, from))
  await failsWith('unsupported', () => verbs['pod.command.cancel']({ request: 5 }, call()))
})

test('host.page.code is for whoever is known, and host.page.enter takes a code once, or counts it as a wrong token', async () => {
  const asked: unknown[] = []
  const verbs = verbsTo(asked)
  await verbs['host.page.code']({ path: 'inner', hops: 0 } as never, call())
  assert.is((asked[0] as unknown[])[0], ci)
  await failsWith('unauthorized', () => verbs['host.page.code']({ path: '' } as never, call({ identity: undefined })))
  assert.equal(await verbs['host.page.leave']({}, call()), { left: true })
  const tried: unknown[] = []
  const stranger = call({
    identity: undefined,
    authorize: token => {
      tried.push(token)
      return { refusal: 'The token is wrong' }
    },
  })
  assert.is((await verbs['host.page.enter']({ code: 'code' }, stranger)).name, 'ci/page-1')
  assert.equal(tried, [])
  await failsWith('unauthorized', () => verbs['host.page.enter']({ code: 'other' }, stranger))
  assert.is(tried.length, 1)
})

test.run()
