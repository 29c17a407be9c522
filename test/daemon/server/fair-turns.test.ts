// Who begins when, without clients. Not here: whose requests are brief (lines/do-method.test.ts).
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FairTurns } from '../../../daemon/server/fair-turns.ts'
import { until } from '../../until.ts'

const brief = { isBrief: true }

/** So many requests of a client, each of which notes that it has begun, and is over once it is let go. */
function flood(turns: FairTurns, begun: string[], { who, count }: { who: string; count: number }) {
  const gates = Array.from({ length: count }, () => Promise.withResolvers<void>())
  const all = gates.map(({ promise }) =>
    turns.during(who, brief, async () => {
      begun.push(who)
      await promise
    }),
  )
  const letGo = (upTo = count) => {
    for (const gate of gates.slice(0, upTo)) gate.resolve()
  }
  return { all: Promise.all(all), letGo }
}

test('during() begins at once what nobody else waits for', async () => {
  const turns = new FairTurns({ maxTokenReads: 2 })
  let hasBegun = false
  const asked = turns.during('a', brief, async () => {
    hasBegun = true
    return 5
  })
  assert.ok(hasBegun)
  assert.is(await asked, 5)
})

test('during() lets clients take turns, however much one of them has asked for before', async () => {
  const turns = new FairTurns({ maxTokenReads: 1000 })
  const begun: string[] = []
  const a = flood(turns, begun, { who: 'a', count: 500 })
  const b = flood(turns, begun, { who: 'b', count: 2 })
  a.letGo()
  b.letGo()
  await Promise.all([a.all, b.all])
  assert.is(begun.length, 502)
  assert.ok(begun.lastIndexOf('b') < 20, `b had its turn behind ${begun.lastIndexOf('b')}`)
})

test('during() has only so many brief requests of a client at work, and any number that wait for something', async () => {
  const turns = new FairTurns({ maxTokenReads: 3 })
  const begun: string[] = []
  const a = flood(turns, begun, { who: 'a', count: 10 })
  for (let turn = 0; turn < 20; turn++) await nextTurn()
  assert.is(begun.length, 3)
  await turns.during('b', { isBrief: false }, async () => begun.push('b'))
  a.letGo(2)
  await until(() => begun.length === 6, 'two more have begun')
  a.letGo()
  await a.all
})

test('room() holds those of a client of which many requests wait, and lets them go on in their order', async () => {
  const turns = new FairTurns({ maxTokenReads: 2 })
  const begun: string[] = []
  assert.is(turns.room('a'), undefined)
  const a = flood(turns, begun, { who: 'a', count: 4 })
  const order: number[] = []
  const held = [1, 2, 3].map(each => turns.room('a')?.then(() => order.push(each)))
  assert.is(turns.room('b'), undefined, 'another client is not held')
  await nextTurn()
  assert.equal(order, [])
  a.letGo()
  await a.all
  await Promise.all(held)
  assert.equal(order, [1, 2, 3])
})

test.run()
