// Who may read for an answer, and when.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReadRoom } from '../../../daemon/server/read-room.ts'
import { failsWith } from '../../fails.ts'

const never = new AbortController().signal

/** A room of 400 bytes, of which one client gets at most 100; and work in it that lasts until it is let go. */
function roomOf(readingPatience = 60_000) {
  const room = new ReadRoom({ maxReadingBytes: 400, readingPatience })
  const begun: string[] = []
  const begin = (bytes: number, who: string, name: string, signal = never) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = room.during(bytes, { who, signal }, async () => {
      begun.push(name)
      await promise
    })
    return { end: resolve, done }
  }
  return { begun, begin }
}

test('during() lets a client have no more than its share, and others theirs meanwhile', async () => {
  const { begun, begin } = roomOf()
  const first = begin(60, 'a', 'a1')
  const second = begin(60, 'a', 'a2')
  const third = begin(50, 'a', 'a3')
  const other = begin(60, 'b', 'b1')
  assert.equal(begun, ['a1', 'b1'], 'what comes later of a client does not overtake')
  first.end()
  await first.done
  await Promise.resolve()
  assert.equal(begun, ['a1', 'b1', 'a2'])
  for (const one of [second, third, other]) one.end()
  await Promise.all([second.done, third.done, other.done])
  assert.equal(begun, ['a1', 'b1', 'a2', 'a3'])
})

test('during() gives work that needs more than the share all of it', async () => {
  const { begun, begin } = roomOf()
  const large = begin(10_000, 'a', 'large')
  const small = begin(1, 'a', 'small')
  assert.equal(begun, ['large'])
  large.end()
  small.end()
  await Promise.all([large.done, small.done])
  assert.equal(begun, ['large', 'small'])
})

test('during() gives clients their turns one after the other where there is no room for all', async () => {
  const { begun, begin } = roomOf()
  const holders = ['a', 'b', 'c', 'd'].map(who => begin(100, who, who))
  const waiting = [begin(100, 'x', 'x1'), begin(100, 'x', 'x2'), begin(100, 'y', 'y1')]
  for (const one of [...waiting, ...holders]) one.end()
  await Promise.all([...waiting, ...holders].map(({ done }) => done))
  assert.equal(begun, ['a', 'b', 'c', 'd', 'x1', 'y1', 'x2'])
})

test('during() refuses what finds no room in time, and goes on after work that fails', async () => {
  const { begun, begin } = roomOf(1)
  const holder = begin(100, 'a', 'holder')
  const late = begin(100, 'a', 'late')
  const error = await failsWith('host_busy', () => late.done)
  assert.is(error.facts.limit, 400)
  holder.end()
  await holder.done
  const room = new ReadRoom({ maxReadingBytes: 4, readingPatience: 60_000 })
  const reader = { who: 'a', signal: never }
  await room.during(1, reader, () => Promise.reject(new Error('broken'))).catch(() => {})
  assert.is(await room.during(1, reader, async () => 'done'), 'done')
  assert.equal(begun, ['holder'])
})

test('during() waits no longer for a client that is gone', async () => {
  const { begun, begin } = roomOf()
  const gone = new AbortController()
  const holder = begin(100, 'a', 'holder')
  const waiting = begin(100, 'a', 'waiting', gone.signal)
  gone.abort()
  await failsWith('aborted', () => waiting.done)
  await failsWith('aborted', () => begin(100, 'a', 'never', gone.signal).done)
  holder.end()
  await holder.done
  assert.equal(begun, ['holder'])
})

test.run()
