// How much a side may still send.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Credit } from '../../../protocol/channel/credit.ts'

test('isLeft needs both values and bytes, and a value may take more bytes than are left', () => {
  const credit = new Credit({ values: 2, bytes: 10 })
  credit.spend(100)
  assert.is(credit.isLeft, false)
  credit.grant({ values: 0, bytes: 90 })
  assert.is(credit.isLeft, false)
  credit.grant({ values: 0, bytes: 1 })
  assert.is(credit.isLeft, true)
  credit.spend(0)
  assert.is(credit.isLeft, false)
})

test('changed() resolves for all who wait when something may be sent again, and not before', async () => {
  const credit = new Credit({ values: 0, bytes: 0 })
  let told = 0
  const waiting = [credit.changed(), credit.changed()].map(changed => changed.then(() => told++))
  credit.grant({ values: 1, bytes: 0 })
  await Promise.resolve()
  assert.is(told, 0)
  credit.grant({ values: 0, bytes: 1 })
  await Promise.all(waiting)
  assert.is(told, 2)
})

test('end() wakes who waits, and nothing may be sent from then on', async () => {
  const credit = new Credit({ values: 0, bytes: 0 })
  const changed = credit.changed()
  credit.end()
  await changed
  credit.grant({ values: 1, bytes: 1 })
  assert.equal([credit.isOver, credit.isLeft], [true, false])
})

test.run()
