// Which connection is cut off where too much waits for all together.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Unread } from '../../../daemon/server/unread.ts'

class Waiting {
  isCutOff = false
  unreadBytes: number

  constructor(unreadBytes: number) {
    this.unreadBytes = unreadBytes
  }

  cutOff(): void {
    this.isCutOff = true
  }
}

test('add() cuts off the connection that has the most, once all together have too much', () => {
  const unread = new Unread({ maxUnreadBytesInAll: 100 })
  const [small, large, last] = [new Waiting(30), new Waiting(50), new Waiting(10)]
  for (const one of [small, large, last]) unread.add(one)
  assert.equal(
    [small, large, last].map(one => one.isCutOff),
    [false, false, false],
  )
  last.unreadBytes = 25
  unread.add(last)
  assert.equal(
    [small, large, last].map(one => one.isCutOff),
    [false, true, false],
  )
})

test('remove() lets those not count that have taken what waited', () => {
  const unread = new Unread({ maxUnreadBytesInAll: 100 })
  const [taken, other] = [new Waiting(90), new Waiting(90)]
  unread.add(taken)
  unread.remove(taken)
  unread.add(other)
  assert.equal([taken.isCutOff, other.isCutOff], [false, false])
})

test.run()
