import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { maxCollected } from '../../../protocol/calls.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { collect, isStream, sendOrCollect } from '../../../shim/calls/collect.ts'
import { quietChannel } from '../../channels.ts'
import { errorOf, failsWith } from '../../fails.ts'

async function* count(to: number, each: (at: number) => unknown = at => at) {
  for (let at = 1; at <= to; at++) yield each(at)
}
const how = { fn: 'count', toError: (error: unknown) => new Error(`told: ${(error as Error).message}`) }

test('isStream() takes what is made for `for await`, and nothing else', () => {
  assert.equal([count(1), {}, [1], null, 'text', new Map()].map(isStream), [true, false, false, false, false, false])
})

test('sendOrCollect() sends the values to whoever takes them, and answers nothing', async () => {
  const sent: unknown[] = []
  const channel = quietChannel({ value: value => sent.push(value) && 0 }, { granted: usualWindow })
  assert.equal([await sendOrCollect(count(3), channel, how), sent], [null, [1, 2, 3]])
})

test('sendOrCollect() answers a list to whoever takes none, with bytes as JSON can say them', async () => {
  const values = count(2, at => (at === 1 ? 'text' : new Uint8Array([104, 105]).subarray(0)))
  assert.equal(await sendOrCollect(values, quietChannel(), how), ['text', { base64: 'aGk=' }])
})

test('sendOrCollect() takes no more values once nobody waits', async () => {
  const channel = quietChannel()
  let made = 0
  const values = count(100, at => {
    made = at
    if (at === 3) channel.onCancel('enough')
    return at
  })
  await sendOrCollect(values, channel, how)
  assert.is(made, 3)
})

test('sendOrCollect() fails with what is made of the error of a generator', async () => {
  for (const channel of [quietChannel(), quietChannel({}, { granted: usualWindow })]) {
    const values = count(2, () => {
      throw new Error('no')
    })
    assert.is((await errorOf(() => sendOrCollect(values, channel, how))).message, 'told: no')
  }
})

test('collect() takes so many values and no more', async () => {
  assert.is((await collect(count(maxCollected), 'count')).length, maxCollected)
  assert.is((await failsWith('too_large', () => collect(count(maxCollected + 1), 'count'))).facts.fn, 'count')
})

test.run()
