// What the sides of a channel say, and how it is read.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Channel } from '../../../protocol/channel/channel.ts'
import { bytesAsText, type Carrier, says, tell, voiceOn } from '../../../protocol/channel/messages.ts'
import { P8aError } from '../../../protocol/errors.ts'

/** A connection that keeps what is said. */
function carrierOf(given: Partial<Carrier> = {}): { carrier: Carrier; said: unknown[] } {
  const said: unknown[] = []
  const say = (message: string) => void said.push(JSON.parse(message))
  return { carrier: { say, bytes: bytesAsText(say), ...given }, said }
}

test('a voice says each thing as a notification that names the channel', () => {
  const { carrier, said } = carrierOf()
  const voice = voiceOn(carrier, 'seven')
  voice.stream()
  assert.is(voice.value({ a: 1 }), 0)
  assert.is(voice.value('x'.repeat(2000)), 2002)
  assert.is(voice.value(new Uint8Array([1, 2, 255])), 3)
  voice.more({ values: 8, bytes: 0 })
  voice.more({ values: 8, bytes: 5 })
  voice.end(undefined)
  voice.cancel(undefined)
  voice.cancel('enough')
  const note = (method: string, ...params: unknown[]) => ({ jsonrpc: '2.0', method, params: ['seven', ...params] })
  assert.equal(said, [
    note('$/stream'),
    note('$/value', { a: 1 }),
    note('$/value', 'x'.repeat(2000), 2002),
    note('$/bytes', 'AQL/'),
    note('$/more', 8),
    note('$/more', 8, 5),
    note('$/end'),
    note('$/cancel'),
    note('$/cancel', 'enough'),
  ])
})

test('an acceptor answers in the way it is given', () => {
  const { carrier, said } = carrierOf()
  const answers: unknown[] = []
  const voice = voiceOn(carrier, 1, { end: result => answers.push(result), fail: error => answers.push(error) })
  voice.end(5)
  voice.fail('no')
  assert.equal([answers, said], [[5, 'no'], []])
})

test('bytes are sent as the connection sends them, and as JSON where it knows none', () => {
  const sent: unknown[] = []
  const own = carrierOf({ bytes: (id, bytes) => sent.push([id, bytes]) })
  assert.is(voiceOn(own.carrier, 1).value(Buffer.from('ab')), 2)
  assert.equal(sent, [[1, Buffer.from('ab')]])
  const none = carrierOf({ bytes: undefined })
  assert.is(voiceOn(none.carrier, 1).value(new Uint8Array([7])), 0)
  assert.equal(none.said, [{ jsonrpc: '2.0', method: '$/value', params: [1, { 0: 7 }] }])
})

test('what cannot be sent is not, be it too long or no JSON', () => {
  const check = () => {
    throw new P8aError('too_large', 'too long')
  }
  const { carrier, said } = carrierOf({ check })
  for (const value of ['x', new Uint8Array(1)]) assert.throws(() => voiceOn(carrier, 1).value(value), /too long/)
  assert.throws(() => voiceOn(carrierOf().carrier, 1).value(1n), /not JSON/)
  assert.equal(said, [])
})

test('tell() hands on what was said, and refuses what makes no sense', async () => {
  const { carrier } = carrierOf()
  const opener = Channel.opener(voiceOn(carrier, 1), { takes: { values: 5, bytes: 5 } })
  tell(opener, says.value, [1, 'one'])
  tell(opener, says.bytes, [1, 'AQI='])
  tell(opener, says.bytes, [1, new Uint8Array([3])])
  assert.equal(opener.takeWaiting(), ['one', new Uint8Array([1, 2]), new Uint8Array([3])])
  for (const [method, ...params] of [
    [says.bytes, 5],
    [says.value, 'x', -1],
    [says.more, 'many'],
    [says.more, 1, {}],
  ])
    assert.throws(
      () => tell(opener, String(method), [1, ...params]),
      (error: Error) => error instanceof RangeError,
    )
  tell(opener, '$/unknown', [1])
  const acceptor = Channel.acceptor(voiceOn(carrier, 1))
  tell(acceptor, says.cancel, [1, { odd: 1 }])
  assert.is((acceptor.leaving.reason as P8aError).code, 'aborted')
})

test.run()
