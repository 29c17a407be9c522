// The channels of one connection. Not here: what a channel is (protocol/channel), and the way there (e2e/wire.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Channels, type Opening } from '../../../../daemon/server/lines/channels.ts'
import type { Channel } from '../../../../protocol/channel/channel.ts'
import { bytesAsText } from '../../../../protocol/channel/messages.ts'
import { usualWindow } from '../../../../protocol/channel/window.ts'
import { LongNumber } from '../../../../protocol/long-numbers.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'
import { errorOf, failsWith } from '../../../fails.ts'

type Limits = { maxCommands?: number; maxCommandInputs?: number; maxPendingRequests?: number }

function channelsOf(limits: Limits = {}) {
  const said: { method: string; params: unknown }[] = []
  const say = (line: string) => void said.push(JSON.parse(line))
  const all = { maxCommands: 2, maxCommandInputs: 2, maxPendingRequests: 2, ...limits }
  const channels = new Channels(all, { say, bytes: bytesAsText(say) })
  /** Begins a request that goes on until `over` is called. */
  const begin = (asked: Partial<Opening> & { id: Opening['id'] }) => {
    const over = Promise.withResolvers<void>()
    let opened: Channel | undefined
    const done = channels.during({ method: 'pod.command', window: undefined, ...asked }, async channel => {
      opened = channel
      await over.promise
      return 'done'
    })
    done.catch(() => {})
    return { channel: () => opened as Channel, over: () => over.resolve(), done }
  }
  return { channels, said, begin }
}

const window = { values: 2, bytes: 1000 }

test('during() opens a channel for what can be given up or tells something, and none for anything else', async () => {
  const { channels } = channelsOf()
  for (const [method, isChannel] of [
    ['pod.logs', true],
    ['pod.output', true],
    ['pod.call', true],
    ['pod.command', true],
    ['host.watch', true],
    ['pod.push', true],
    ['pod.stop', false],
    ['pod.list', false],
  ] as const) {
    const opening = { id: 1, method, window: undefined }
    assert.is(await channels.during(opening, async channel => channel !== undefined), isChannel, method)
  }
  assert.is(channels.size, 0)
})

test('during() says values as the client takes them where it names a window, bytes and JSON', async () => {
  const { channels, said, begin } = channelsOf()
  const { channel, over, done } = begin({ id: 'a', method: 'pod.call', window })
  assert.equal([channels.size, channels.withWindow, channel().takesValues], [1, 1, true])
  const sent = [1, Buffer.from('ab'), 3].map(value => channel().send(value))
  await Promise.all(sent.slice(0, 2))
  assert.equal(
    said.map(({ method, params }) => [method, params]),
    [
      ['$/stream', ['a']],
      ['$/value', ['a', 1]],
      ['$/bytes', ['a', 'YWI=']],
    ],
  )
  channels.tell('$/more', ['a', 1, 2])
  await Promise.all(sent)
  over()
  assert.is(await done, 'done')
  assert.equal([channels.size, channels.withWindow], [0, 0])
  channels.tell('$/more', ['a', 1])
  channels.tell('$/more', 'odd')
})

test('during() says things in the notifications of the method where the client names no window', async () => {
  const { said, begin } = channelsOf()
  const logs = begin({ id: 1, method: 'pod.logs' })
  await logs.channel().send([{ text: 'line' }])
  const call = begin({ id: 2, method: 'pod.call' })
  assert.is(call.channel().takesValues, false)
  assert.equal(said, [
    { jsonrpc: '2.0', method: 'pod.log', params: { request: 1, entries: [{ text: 'line' }] } },
  ] as never)
})

test('during() refuses an id that is in use, and more than may be', async () => {
  const { channels, begin } = channelsOf()
  const first = begin({ id: 1 })
  await failsWith('bad_request', () => begin({ id: 1 }).done)
  await failsWith('bad_request', () => begin({ id: 1, method: 'pod.call', window }).done)
  begin({ id: 2 })
  await failsWith('too_large', () => begin({ id: 3 }).done)
  for (const id of [4, 5]) begin({ id, method: 'pod.logs', window })
  await failsWith('too_large', () => begin({ id: 6, method: 'pod.logs', window }).done)
  begin({ id: 7, method: 'pod.logs' })
  first.over()
  await first.done
  begin({ id: 1 })
  assert.is(channels.size, 5)
})

test('a request that ends leaves the channel of the same id that began meanwhile', async () => {
  const { channels, begin } = channelsOf()
  const one = begin({ id: 1, method: 'pod.call' })
  const two = begin({ id: 1, method: 'pod.call' })
  one.over()
  await one.done
  assert.is(channels.cancel(1, 'enough'), true)
  assert.ok(two.channel().leaving.isAborted)
})

test('a channel is found by an id beyond 2^53, which it says as the number that it is', async () => {
  const said: string[] = []
  const open = new Channels(defaultSettings, { say: line => void said.push(line), bytes: undefined })
  const id = new LongNumber('9007199254740993')
  const over = open.during({ id, method: 'pod.call', window: usualWindow }, async channel => {
    await channel?.send('x')
    assert.is(open.cancel('9007199254740993', 'Enough'), true)
  })
  await over
  assert.match(said[1] ?? '', '"params":[9007199254740993,"x"]')
})

test('cancel() tells the work why, and knows only what is under way, by an id of its own type', () => {
  const { channels, begin } = channelsOf()
  const { channel } = begin({ id: 1, method: 'pod.call' })
  assert.is(channels.cancel('1', 'no'), false)
  assert.is(channels.cancel(1, 'enough'), true)
  assert.is((channel().leaving.reason as Error).message, 'enough')
  assert.is(channels.cancel(1, 'again'), false)
})

test('input() brings lines to a command, as many as may wait, whoever took lines before', async () => {
  const { channels, begin } = channelsOf()
  const { channel } = begin({ id: 1 })
  for (let round = 0; round < 5; round++) {
    for (const line of ['one', 'two']) channels.input(1, line)
    await failsWith('too_large', () => channels.input(1, 'three'))
    assert.equal([(await channel().take()).value, (await channel().take()).value], ['one', 'two'])
  }
  channels.input(1, undefined)
  assert.is((await channel().take()).done, true)
  await failsWith('bad_params', () => channels.input('1', 'x'))
  begin({ id: 2, method: 'pod.logs' })
  await failsWith('bad_params', () => channels.input(2, 'x'))
})

test('a command of a client with a window is told how many lines it may be sent', async () => {
  const { channels, said, begin } = channelsOf()
  const { channel } = begin({ id: 1, window })
  assert.equal(said, [{ jsonrpc: '2.0', method: '$/more', params: [1, 2, 1_048_576] }] as never)
  for (const line of ['one', 'two']) channels.tell('$/value', [1, line])
  assert.throws(() => channels.tell('$/value', [1, 'three']), /more came on a channel than was granted/)
  assert.is((await channel().take()).value, 'one')
})

test('cancelCommand() ends a command, and refuses where there is none', async () => {
  const { channels, begin } = channelsOf()
  const { channel } = begin({ id: 1 })
  channels.cancelCommand(1)
  assert.is((await errorOf(() => channel().send('x'))).message, 'The command was canceled')
  await failsWith('bad_params', () => channels.cancelCommand(1))
})

test('endInput() and lose() reach all that are open', async () => {
  const { channels, begin } = channelsOf()
  const all = [begin({ id: 1 }), begin({ id: 2, window })]
  channels.endInput()
  for (const { channel } of all) assert.is((await channel().take()).done, true)
  channels.lose()
  for (const { channel } of all) {
    assert.is((channel().leaving.reason as Error).message, 'The client of the command is gone')
  }
  assert.is(channels.size, 0)
})

test.run()
