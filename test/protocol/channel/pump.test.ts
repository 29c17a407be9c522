// A generator that is sent over a channel. Not here: what a channel carries (channel.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pump } from '../../../protocol/channel/pump.ts'
import { Pair } from './pair.ts'

const small = { values: 4, bytes: 5000 }

test('pump() pulls a generator only as the other side takes, and runs its finally when that takes no more', async () => {
  const pair = new Pair(small)
  let pulled = 0
  let isEnded = false
  async function* endless() {
    try {
      for (;;) yield pulled++
    } finally {
      isEnded = true
    }
  }
  const pumped = pump(endless(), pair.acceptor)
  await pair.settle()
  assert.is(pulled, 4)
  for await (const value of pair.opener) {
    await pair.settle()
    if (value === 5) break
  }
  await pair.settle()
  assert.is(await pumped, false)
  assert.ok(isEnded)
  assert.ok(pulled <= 6 + 4)
})

test('pump() ends a generator whose value cannot be sent, and throws what it throws', async () => {
  let isEnded = false
  async function* odd() {
    try {
      yield 1n
    } finally {
      isEnded = true
    }
  }
  const { acceptor } = new Pair(small)
  assert.is(await pump(odd(), acceptor).catch(error => error.code), 'call_failed')
  assert.ok(isEnded)
  const failing = (async function* () {
    yield 1
    throw new Error('in the middle')
  })()
  assert.is(await pump(failing, acceptor).catch(error => error.message), 'in the middle')
})

test('pump() ends at once a generator that nobody takes any more', async () => {
  const { acceptor } = new Pair(small)
  acceptor.onCancel('gone')
  let isEnded = false
  const values = {
    [Symbol.asyncIterator]: () => ({
      next: () => assert.unreachable() as never,
      return: async () => {
        isEnded = true
        return { value: undefined, done: true as const }
      },
    }),
  }
  assert.is(await pump(values, acceptor), false)
  assert.ok(isEnded)
})

test('pump() says what a generator throws as it is told to', async () => {
  const { acceptor } = new Pair(small)
  // biome-ignore lint/correctness/useYield: it fails before it yields
  async function* failing() {
    throw new Error('no')
  }
  const toError = (error: unknown) => new Error(`told: ${(error as Error).message}`)
  assert.is(await pump(failing(), acceptor, { toError }).catch(error => error.message), 'told: no')
})

test.run()
