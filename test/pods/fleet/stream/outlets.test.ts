import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Outlets } from '../../../../pods/fleet/stream/outlets.ts'
import { PieceReader } from '../../../../pods/fleet/stream/pieces.ts'

const test = suite('outlets')

const limits = { mostValues: 4, mostBytes: 1000 }
const all = { most: 1000, waitMs: 60_000 }

test('an error, a value and a stream go to the outlet piece by piece', async () => {
  const outlets = new Outlets()
  const piecesOf = async (id: string, work: Parameters<Outlets['begin']>[1]['work']) => {
    const outlet = outlets.begin(id, { limits, work })
    const reader = new PieceReader()
    const pieces: unknown[] = []
    for (let from = 0, isOver = false; !isOver; ) {
      const { bytes, isLast } = await outlet.take(from, all)
      pieces.push(...reader.push(bytes))
      from += bytes.byteLength
      isOver = isLast
    }
    return pieces
  }
  assert.equal(await piecesOf('value', async () => ({ value: 1 })), [{ t: 'end', value: 1 }])
  const failing = async () => {
    throw Object.assign(new Error('no'), { code: 'bad' })
  }
  assert.equal(await piecesOf('error', failing), [{ t: 'error', error: { message: 'no', code: 'bad' } }])
  async function* two() {
    yield 1
    yield 2
  }
  assert.equal(await piecesOf('stream', async () => ({ values: two() })), [
    ...[{ t: 'stream' }, { t: 'value', value: 1 }, { t: 'value', value: 2 }],
    { t: 'end', value: null },
  ])
  outlets.close()
})

test('a stream about which nobody asks ends, and its source is left; one that is asked about goes on', async () => {
  let nowMs = 0
  const outlets = new Outlets(() => nowMs)
  const left: string[] = []
  const source = (id: string) => ({
    limits,
    work: async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => left.push(id))
      return await new Promise<never>(() => {})
    },
  })
  outlets.begin('a', source('a'))
  outlets.begin('b', source('b'))
  nowMs = 20_000
  assert.ok(outlets.find('b'))
  nowMs = 40_000
  outlets.look()
  assert.equal([left, outlets.size], [['a'], 1])
  assert.not.ok(outlets.find('a'))
  outlets.close()
  assert.equal(left, ['a', 'b'])
})

test('one whose first part is awaited is kept, however long that takes; one that begins under its id ends it', async () => {
  let nowMs = 0
  const outlets = new Outlets(() => nowMs)
  const left: string[] = []
  const begin = (name: string, answer: Promise<number>) =>
    outlets.begin('a', {
      limits,
      work: async signal => {
        signal.addEventListener('abort', () => left.push(name))
        return { value: await answer }
      },
    })
  const first = Promise.withResolvers<number>()
  const part = begin('first', first.promise).take(0, { ...all, waitMs: 120_000 })
  nowMs = 90_000
  outlets.look()
  assert.equal(left, [])
  first.resolve(1)
  assert.equal(new PieceReader().push((await part).bytes), [{ t: 'end', value: 1 }])
  begin('second', Promise.resolve(2))
  assert.equal(left, ['first'])
  nowMs = 130_000
  outlets.look()
  assert.equal([left, outlets.size], [['first', 'second'], 0])
})

test.run()
