import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Funnel } from '../../../../pods/fleet/stream/funnel.ts'

const test = suite('funnel')

test('whoever writes waits for room, and what waits is read before the end', async () => {
  const funnel = new Funnel<number>(2)
  const put: number[] = []
  const writing = (async () => {
    for (let at = 0; at < 5; at++) {
      await funnel.put(at)
      put.push(at)
    }
    funnel.close()
  })()
  const read: number[] = []
  for await (const value of funnel) {
    assert.ok(put.length <= read.length + 3, `${put.length} of ${read.length}`)
    read.push(value)
  }
  await writing
  assert.equal(read, [0, 1, 2, 3, 4])
})

test('nobody waits for a funnel that is closed', async () => {
  const funnel = new Funnel<number>(1)
  await funnel.put(1)
  const waiting = funnel.put(2)
  funnel.close()
  await waiting
  await funnel.put(3)
  const read: number[] = []
  for await (const value of funnel) read.push(value)
  assert.equal(read, [1])
})

test.run()
