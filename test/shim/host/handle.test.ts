// What a handler is given, and what becomes of its answer, on a channel that a test plays.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Asked, Talk } from '../../../protocol/author.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { callHandler, type Handler } from '../../../shim/host/handle.ts'
import { quietChannel } from '../../channels.ts'
import { failsWith } from '../../fails.ts'

const test = suite('handle')
const by = { name: 'local', role: 'admin', path: '' }

test('callHandler() gives what was left out as undefined, and how it is asked for last, with the signal', async () => {
  const channel = quietChannel()
  const given: unknown[] = []
  const handler: Handler = (...args) => void given.push(...args)
  assert.is(await callHandler(handler, { verb: 'runs', args: [null, { hops: 1, by }] }, channel), null)
  assert.equal(given.slice(0, 1), [undefined])
  const { signal, ...how } = given[1] as Asked
  assert.equal(how, { hops: 1, by })
  channel.onCancel()
  assert.is(signal.aborted, true)
})

test('callHandler() sends the values of a generator, and collects them where the channel takes none', async () => {
  const sent: unknown[] = []
  const value = (what: unknown) => sent.push(what)
  async function* lines() {
    yield* ['a', 'b']
  }
  const asked = { verb: 'logs', args: [{}] }
  const channel = quietChannel({ value }, { granted: usualWindow })
  assert.is(await callHandler(lines, asked, channel), null)
  assert.equal(sent, ['a', 'b'])
  assert.equal(await callHandler(lines, asked, quietChannel()), ['a', 'b'])
})

test('callHandler() lets a command talk, and answers once all texts are sent', async () => {
  const said: unknown[] = []
  const value = (what: unknown) => said.push(what)
  const channel = quietChannel({ value }, { granted: usualWindow })
  const command = async (_name: unknown, [, word]: string[], { send, recv }: Asked & Talk) => {
    void send(`${word}\n`)
    const line = recv('and? ')
    channel.onValue('then', 0)
    return await line
  }
  const args = [null, ['say', 'first'], { hops: 1, by }]
  assert.is(await callHandler(command as Handler, { verb: 'command', args }, channel), 'then')
  assert.equal(said, [{ send: 'first\n' }, { recv: 'and? ' }])
})

test('callHandler() throws what the handler throws, with its code if that is ours', async () => {
  const throws =
    (error: unknown): Handler =>
    () => {
      throw error
    }
  const call = (handler: Handler) => callHandler(handler, { verb: 'stop', args: ['web', {}] }, quietChannel())
  await failsWith('pod_not_found', () => call(throws(Object.assign(new Error('no'), { code: 'pod_not_found' }))))
  await failsWith('call_failed', () => call(throws('just a text')))
})

test.run()
