import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inOrder } from '../../../../pods/fleet/stream/in-order.ts'

const test = suite('in-order')

type Item = { time: string }

async function* of(times: string, end = () => {}): AsyncGenerator<Item> {
  try {
    for (const time of times) yield { time }
  } finally {
    end()
  }
}

test('inOrder() has the items of all in order of time, and asks none for more than one ahead', async () => {
  const failed = () => assert.unreachable()
  const all: string[] = []
  for await (const { time } of inOrder([of('adg'), of(''), of('bcz'), of('e')], { failed })) all.push(time)
  assert.is(all.join(''), 'abcdegz')
})

test('a stream that breaks off is told, and the others go on', async () => {
  async function* broken(): AsyncGenerator<Item> {
    yield { time: 'b' }
    throw new Error('lost')
  }
  const failures: unknown[] = []
  const failed = (error: unknown, at: number) => failures.push([(error as Error).message, at])
  const all: string[] = []
  for await (const { time } of inOrder([of('ac'), broken()], { failed })) all.push(time)
  assert.equal([all.join(''), failures], ['abc', [['lost', 1]]])
})

test('whoever leaves ends them all', async () => {
  const ended: number[] = []
  const streams = [of('ac', () => ended.push(1)), of('bd', () => ended.push(2))]
  for await (const _ of inOrder(streams, { failed: () => {} })) break
  assert.equal(ended.sort(), [1, 2])
})

test.run()
