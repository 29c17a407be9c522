import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { whenOver } from '../../../../pods/fleet/stream/when-over.ts'

const test = suite('when-over')

function counted(...given: (number | Error)[]) {
  let over = 0
  async function* values() {
    for (const value of given) {
      if (value instanceof Error) throw value
      yield value
    }
  }
  return { values: whenOver(values(), () => over++), over: () => over }
}

test('whenOver() passes values on, and says once that they are over', async () => {
  const { values, over } = counted(1, 2)
  const taken: number[] = []
  for await (const value of values) taken.push(value)
  await values.return?.()
  assert.equal([taken, over()], [[1, 2], 1])
})

test('whenOver() says so of values that are left, also before the first one, and of those that fail', async () => {
  const [left, unread, failing] = [counted(1, 2), counted(1, 2), counted(new Error('no'))]
  for await (const _ of left.values) break
  assert.is(left.over(), 1)
  await unread.values.return?.()
  assert.equal([unread.over(), await unread.values.next()], [1, { value: undefined, done: true }])
  assert.is(await failing.values.next().catch(({ message }) => message), 'no')
  assert.is(failing.over(), 1)
})

test.run()
