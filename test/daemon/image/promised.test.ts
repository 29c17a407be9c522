// Bytes that a push is about to use.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Promised } from '../../../daemon/image/promised.ts'

test('has() what was promised, until its push has come or does not come any more', () => {
  const promised = new Promised()
  promised.note(['a', 'b', 'c'], 0)
  promised.note(['c'], 3_000_000)
  promised.done(['a'])
  const at = (nowMs: number) => ['a', 'b', 'c', 'd'].filter(hash => promised.has(hash, nowMs))
  assert.equal([at(10), at(3_599_999), at(3_600_000), at(6_600_000)], [['b', 'c'], ['b', 'c'], ['c'], []])
})

test('note() forgets what has been promised for too long, also what nobody asks for any more', () => {
  const promised = new Promised()
  for (let minute = 0; minute < 600; minute++) promised.note([`push ${minute}`, 'every push'], minute * 60_000)
  assert.is(promised.size, 61)
})

test('remove() removes nothing that is promised, and settled() waits for what is being removed', async () => {
  const promised = new Promised()
  const removed: string[] = []
  const removing = Promise.withResolvers<void>()
  const at = promised.remove('a', 0, async () => {
    await removing.promise
    removed.push('a')
  })
  // Whoever asks whether it is there finds it until then.
  promised.note(['a', 'b'], 0)
  const settled = promised.settled(['a', 'b']).then(() => [...removed])
  assert.is(await promised.remove('b', 0, async () => void removed.push('b')), false)
  removing.resolve()
  assert.equal([await settled, await at], [['a'], true])
  await promised.settled(['a'])
})

test.run()
