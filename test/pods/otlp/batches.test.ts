import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { batches } from '../../../pods/otlp/batches.ts'

const limits = { most: 3, mostSize: 100, waitMs: 60_000, sizeOf: (text: string) => text.length }

async function all(items: AsyncIterable<string>, more: object = {}): Promise<string[][]> {
  const told = []
  for await (const batch of batches(items, { ...limits, ...more })) told.push(batch)
  return told
}

async function* of(...texts: string[]) {
  yield* texts
}

test('batches() ends one by number, by size, and where there is no more', async () => {
  assert.equal(await all(of('a', 'b', 'c', 'd')), [['a', 'b', 'c'], ['d']])
  assert.equal(await all(of('aaaa', 'b', 'c'), { mostSize: 4 }), [['aaaa'], ['b', 'c']])
  assert.equal(await all(of()), [])
})

test('batches() waits for no more than a while, and asks for one at most that is not taken', async () => {
  let asked = 0
  const slow = {
    async *[Symbol.asyncIterator]() {
      for (; asked < 2; asked++) yield 'a'
      asked++
      await new Promise(() => {})
    },
  }
  const [batch] = await (async () => {
    for await (const batch of batches(slow, { ...limits, waitMs: 5 })) return batch
    return []
  })()
  assert.is(batch, 'a')
  assert.is(asked, 3)
})

test('batches() gives what came before an error, and then throws it', async () => {
  const told: string[][] = []
  async function* failing() {
    yield 'a'
    throw new Error('gone')
  }
  try {
    for await (const batch of batches(failing(), limits)) told.push(batch)
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'gone')
  }
  assert.equal(told, [['a']])
})

test.run()
