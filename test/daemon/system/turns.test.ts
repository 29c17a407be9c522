import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Turns } from '../../../daemon/system/turns.ts'
import { errorOf } from '../../fails.ts'

/** Work that is over when its test says so. */
function work<T = string>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let hasBegun = false
  const begin = async () => {
    hasBegun = true
    return await promise
  }
  return { begin, resolve, reject, hasBegun: () => hasBegun }
}

const settle = () => new Promise(resolve => setImmediate(resolve))

test('take() begins at once, and returns what the work returns', async () => {
  const turns = new Turns()
  const one = work()
  const taken = turns.take('web', one.begin)
  assert.ok(one.hasBegun())
  one.resolve('done')
  assert.is(await taken, 'done')
})

test('take() waits for all that came before under the key, in the order in which they came', async () => {
  const turns = new Turns()
  const [one, two, three] = [work(), work(), work()]
  const taken = [one, two, three].map(({ begin }) => turns.take('web', begin))
  one.resolve('1')
  await settle()
  assert.equal([two.hasBegun(), three.hasBegun()], [true, false])
  two.resolve('2')
  three.resolve('3')
  assert.equal(await Promise.all(taken), ['1', '2', '3'])
})

test('take() goes on behind work that failed, which tells who asked for it alone', async () => {
  const turns = new Turns()
  const [one, two] = [work(), work()]
  const failed = errorOf(() => turns.take('web', one.begin))
  const after = turns.take('web', two.begin)
  one.reject(new Error('no space'))
  two.resolve('2')
  assert.is((await failed).message, 'no space')
  assert.is(await after, '2')
})

test('take() lets other keys pass', async () => {
  const turns = new Turns()
  const [one, two] = [work(), work()]
  void turns.take('web', one.begin)
  const other = turns.take('db', two.begin)
  two.resolve('2')
  assert.is(await other, '2')
})

test('take() begins at once again when all is over', async () => {
  const turns = new Turns()
  const one = work()
  one.resolve('1')
  await turns.take('web', one.begin)
  const two = work()
  void turns.take('web', two.begin)
  assert.ok(two.hasBegun())
})

test.run()
