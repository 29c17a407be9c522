// The two sides of a channel, tied to each other by messages that a test delivers when it likes.
// Not here: connections (test/shim, test/daemon/link, test/cli/client).
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Channel, type Voice } from '../../../protocol/channel/channel.ts'
import { says, tell } from '../../../protocol/channel/messages.ts'
import { usualWindow, type Window } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { Pair, type Side } from './pair.ts'

const small: Window = { values: 4, bytes: 5000 }

/** Takes until there is an end. */
async function takeAll(channel: Channel): Promise<{ values: unknown[]; end: unknown }> {
  const values: unknown[] = []
  try {
    for (;;) {
      const { value, done } = await channel.take()
      if (done) return { values, end: value }
      values.push(value)
    }
  } catch (error) {
    return { values, end: (error as Error).message }
  }
}

test('values go both ways in order, JSON and bytes, and the answer ends both sides', async () => {
  const pair = new Pair(small)
  const { opener, acceptor, closed } = pair
  acceptor.accept(small)
  await pair.settle()
  const bytes = new Uint8Array([0, 255, 10, 13])
  const sent = [1, 'two', { three: [3, null] }, bytes, null].map(value => acceptor.send(value))
  const toAcceptor = ['up', Buffer.from('bytes')].map(value => opener.send(value))
  const taken = takeAll(opener)
  const takenUp = takeAll(acceptor)
  await pair.settle()
  await Promise.all([...sent, ...toAcceptor])
  opener.end()
  await pair.settle()
  acceptor.end('done')
  await pair.settle()
  assert.equal(await taken, { values: [1, 'two', { three: [3, null] }, bytes, null], end: 'done' })
  assert.equal(await takenUp, { values: ['up', new Uint8Array(Buffer.from('bytes'))], end: undefined })
  assert.equal(closed, { opener: 1, acceptor: 1 })
})

test('send() waits while the other side does not take, by values and by bytes', async () => {
  for (const [value, mayGo] of [
    ['x', small.values],
    ['x'.repeat(2000), 3],
    [new Uint8Array(5000), 1],
  ] as const) {
    const pair = new Pair(small)
    let sent = 0
    for (let count = 0; count < 10; count++) void pair.acceptor.send(value).then(() => sent++)
    await pair.settle()
    assert.is(sent, mayGo)
    assert.is(pair.opener.waiting, mayGo)
    for (let count = 0; count < 10; count++) {
      await pair.opener.take()
      await pair.settle()
    }
    assert.is(sent, 10)
  }
})

test('an acceptor is sent nothing before it has said how much it takes', async () => {
  const pair = new Pair(small)
  const sent = pair.opener.send('early')
  await pair.settle()
  assert.is(pair.acceptor.waiting, 0)
  pair.acceptor.accept(small)
  await pair.settle()
  await sent
  assert.is(pair.acceptor.waiting, 1)
})

test('cancel() of the opener aborts the signal of the acceptor, and what that sends from then on fails', async () => {
  const pair = new Pair(small)
  const waiting = [1, 2, 3, 4, 5].map(value => pair.acceptor.send(value).catch(error => error.message))
  await pair.settle()
  pair.opener.cancel(new P8aError('aborted', 'enough'))
  assert.equal(await takeAll(pair.opener), { values: [], end: 'enough' }, 'what nobody took is thrown away')
  await pair.settle()
  assert.ok(pair.acceptor.leaving.isAborted)
  assert.is((await waiting.at(-1)) as unknown, 'enough')
  assert.is(await pair.acceptor.send(6).catch(error => error.code), 'aborted')
  assert.is(await pair.acceptor.take().catch(error => error.message), 'enough')
  pair.acceptor.end('late')
  assert.equal(pair.toward.opener, [], 'it is not answered')
  assert.equal(pair.closed, { opener: 1, acceptor: 1 })
})

test('cancel() of the acceptor ends what the opener sends, not what it takes', async () => {
  const pair = new Pair(small)
  pair.acceptor.accept(small)
  await pair.settle()
  await pair.opener.send('one')
  pair.acceptor.cancel()
  await pair.settle()
  assert.is(await pair.opener.send('two').catch(error => error.code), 'aborted')
  await pair.acceptor.send('still')
  pair.acceptor.end()
  await pair.settle()
  assert.equal(await takeAll(pair.opener), { values: ['still'], end: null })
})

test('an end that an acceptor says, which has none, changes nothing', async () => {
  const pair = new Pair(small)
  tell(pair.opener, says.end, [7])
  await pair.acceptor.send('one')
  pair.acceptor.end('done')
  await pair.settle()
  assert.equal(await takeAll(pair.opener), { values: ['one'], end: 'done' })
})

test('fail() is thrown behind the last value, once, to all who take', async () => {
  const pair = new Pair(small)
  await pair.acceptor.send(1)
  pair.acceptor.fail(new Error('in the middle'))
  await pair.settle()
  assert.equal(await takeAll(pair.opener), { values: [1], end: 'in the middle' })
  assert.equal(await pair.opener.take(), { value: undefined, done: true })
})

test('onLost() ends both directions of a side, with the reason', async () => {
  for (const side of ['opener', 'acceptor'] as const) {
    const pair = new Pair(small)
    const lost = new P8aError('host_gone', 'It went away')
    const taking = pair[side].take().catch(error => error.message)
    pair[side].onLost(lost)
    assert.is(await taking, 'It went away')
    assert.is(await pair[side].send(1).catch(error => error.message), 'It went away')
    assert.is(pair[side].leaving.reason, lost)
    assert.is(pair.closed[side], 1)
  }
})

test('a value that makes no sense to its taker gives the request up', async () => {
  const said: unknown[] = []
  const voice = { cancel: (reason: unknown) => said.push(reason), more: () => {} } as unknown as Voice
  const check = (value: unknown) => {
    if (value === 'odd') throw new P8aError('bad_answer', 'that is odd')
  }
  const opener = Channel.opener(voice, { takes: usualWindow, check })
  opener.onValue('fine', 0)
  assert.equal(await opener.take(), { value: 'fine', done: false })
  opener.onValue('odd', 0)
  opener.onValue('late', 0)
  await failsWith('bad_answer', () => opener.take())
  assert.equal(said, ['that is odd'])
})

test('more than was granted is refused', () => {
  const pair = new Pair({ values: 2, bytes: 100 })
  const push = (params: unknown[]) => tell(pair.opener, says.value, [7, ...params])
  push([1, 200])
  assert.throws(() => push([2]), /more came on a channel than was granted/)
  assert.throws(() => tell(pair.acceptor, says.value, [7, 1]), /more came on a channel than was granted/)
})

test('a generator goes no further for an amount that is none', async () => {
  const pair = new Pair(small)
  for (const amount of ['5', Number.NaN, -5, {}, undefined, null])
    assert.throws(() => tell(pair.acceptor, says.more, [7, amount]), /an amount that is none/)
})

type Step =
  | { do: 'send'; by: Side; size: number; isBytes: boolean }
  | { do: 'take' | 'end' | 'cancel' | 'lose'; by: Side }
  | { do: 'deliver'; by: Side; count: number }
  | { do: 'fail' | 'accept' }

const side = fc.constantFrom<Side>('opener', 'acceptor')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      by: side,
      size: fc.constantFrom(0, 1, 1, 1100, 4000, 9000),
      isBytes: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('take' as const), by: side }) },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), by: side, count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'cancel' as const, 'lose' as const), by: side }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fail' as const, 'accept' as const) }) },
)

test('any interleaving keeps order, loses nothing, never exceeds the window, and ends both sides', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ values: fc.integer({ min: 1, max: 6 }), bytes: fc.constantFrom(1, 2000, 10_000) }),
      fc.array(step, { maxLength: 60 }),
      async (window, steps) => {
        const pair = new Pair(window)
        const other = { opener: 'acceptor', acceptor: 'opener' } as const
        const sent: Record<Side, unknown[]> = { opener: [], acceptor: [] }
        const taken: Record<Side, unknown[]> = { opener: [], acceptor: [] }
        /** Whose values may be lost, since a side has gone away, takes no more, or has answered. */
        const mayLose = new Set<Side>()
        let number = 0
        let hasAccepted = false
        const lost = new P8aError('host_gone', 'lost')
        const take = (by: Side) =>
          void pair[by].take().then(
            ({ value, done }) => done || taken[by].push(value),
            () => {},
          )
        const accept = () => {
          if (!hasAccepted) pair.acceptor.accept(window)
          hasAccepted = true
        }
        for (const one of steps) {
          switch (one.do) {
            case 'send': {
              const text = `${number++}${'x'.repeat(one.size)}`
              const value = one.isBytes ? new Uint8Array(Buffer.from(text)) : text
              pair[one.by].send(value).then(
                () => sent[one.by].push(value),
                () => {},
              )
              break
            }
            case 'take':
              take(one.by)
              break
            case 'end':
              pair[one.by].end(`end of ${one.by}`)
              if (one.by === 'acceptor') mayLose.add('opener')
              break
            case 'cancel':
              pair[one.by].cancel()
              mayLose.add(other[one.by])
              if (one.by === 'opener') mayLose.add('opener')
              break
            case 'fail':
              pair.acceptor.fail(new Error('failed'))
              mayLose.add('opener')
              break
            case 'lose':
              pair[one.by].onLost(lost)
              mayLose.add('opener').add('acceptor')
              break
            case 'accept':
              accept()
              break
            case 'deliver':
              for (let count = 0; count < one.count; count++) pair.deliver(one.by)
          }
          await Promise.resolve()
          for (const at of ['opener', 'acceptor'] as const) assert.ok(pair[at].waiting <= window.values)
        }
        // From here on both take all, and the acceptor answers.
        accept()
        for (let round = 0; round < 70; round++) {
          take('opener')
          take('acceptor')
          await pair.settle()
        }
        pair.acceptor.end('over')
        await pair.settle()
        // A connection that is gone is so for both.
        if (mayLose.has('acceptor')) for (const at of ['opener', 'acceptor'] as const) pair[at].onLost(lost)
        assert.equal(pair.closed, { opener: 1, acceptor: 1 })
        for (const by of ['opener', 'acceptor'] as const) {
          const arrived = taken[other[by]]
          assert.equal(arrived, sent[by].slice(0, arrived.length))
          if (!mayLose.has(by)) assert.is(arrived.length, sent[by].length)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test.run()
