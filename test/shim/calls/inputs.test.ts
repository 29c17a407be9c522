import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Callee } from '../../../protocol/author.ts'
import { Inputs, inputFunction } from '../../../shim/calls/inputs.ts'
import { failsWith } from '../../fails.ts'

/** The run that makes a stream, and the one that takes it. */
function two() {
  const maker = new Inputs('maker.3', () => ({}))
  const callee = (run: string) => {
    assert.is(run, 'maker.3')
    return { [inputFunction]: (id: unknown) => maker.take(id) } as unknown as Callee
  }
  return { maker, worker: new Inputs('mail.1', callee) }
}

async function* lines(said: string[] = []) {
  try {
    yield 'a'
    yield 'b'
  } finally {
    said.push('over')
  }
}

async function all(input: unknown): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const value of input as AsyncIterable<unknown>) values.push(value)
  return values
}

/** As the arguments of an item are stored. */
const stored = (args: unknown) => JSON.parse(JSON.stringify(args)) as unknown[]

test('a stream among arguments is taken from the run that made it, once its function iterates', async () => {
  const { maker, worker } = two()
  const offered = maker.offer([1, lines(), { to: 'ann' }])
  const [one, input, to] = worker.given(stored(offered?.args))
  assert.equal([one, to], [1, { to: 'ann' }])
  assert.equal(await all(input), ['a', 'b'])
  await failsWith('call_failed', async () => await all(input))
})

test('arguments without a stream are as they are', () => {
  const { maker, worker } = two()
  assert.is(maker.offer([1, null, { a: [] }]), undefined)
  const args = [null, 'x', { [inputFunction]: 7 }]
  assert.equal(worker.given(args), args)
})

test('a stream that nobody has taken is over once it is released; one that was taken goes on', async () => {
  const { maker, worker } = two()
  const said: string[] = []
  const unused = maker.offer([lines(said)])
  unused?.release()
  const [gone] = worker.given(stored(unused?.args))
  await failsWith('call_failed', async () => await all(gone))
  const used = maker.offer([lines(said)])
  const [input] = worker.given(stored(used?.args))
  const taken = (input as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  assert.equal(await taken.next(), { value: 'a', done: false })
  used?.release()
  assert.equal(await taken.next(), { value: 'b', done: false })
  assert.equal(said, [])
})

test.run()
