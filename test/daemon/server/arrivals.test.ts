import { EventEmitter } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Arrivals } from '../../../daemon/server/arrivals.ts'

const never = 1e9

/** Whether it has resolved, once what can be done at once is done. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  return await Promise.race([
    work.then(() => true),
    new Promise<boolean>(resolve => setImmediate(() => resolve(false))),
  ])
}

test('Arrivals waits until each connection has asked, or is gone', async () => {
  const arrivals = new Arrivals()
  await arrivals.asked({ eachMs: never, withinMs: never })
  const [one, other] = [new EventEmitter(), new EventEmitter()]
  const arrival = arrivals.add(one)
  arrivals.add(other)
  const asked = arrivals.asked({ eachMs: never, withinMs: never })
  assert.not(await isOver(asked))
  arrival.goesOn()
  arrival.over()
  arrival.over()
  assert.equal([await isOver(asked), arrivals.size], [false, 1])
  other.emit('close')
  await asked
  assert.equal([arrivals.size, one.listenerCount('close')], [0, 0])
})

test('Arrivals waits no longer for one that does not go on, nor for any beyond its time', async () => {
  const arrivals = new Arrivals()
  const arrival = arrivals.add(new EventEmitter())
  await arrivals.asked({ eachMs: 1, withinMs: never })
  await arrivals.asked({ eachMs: never, withinMs: 1 })
  assert.is(arrivals.size, 1)
  // One that goes on after it was given up is waited for again.
  arrival.goesOn()
  assert.not(await isOver(arrivals.asked({ eachMs: 1000, withinMs: never })))
  arrival.over()
  arrival.goesOn()
  assert.is(arrivals.size, 0)
})

test.run()
