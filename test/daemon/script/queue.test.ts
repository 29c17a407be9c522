import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ScriptQueue } from '../../../daemon/script/queue.ts'

const test = suite('script queue')

/** A queue, and who of it was begun. */
function make(width: number) {
  const queue = new ScriptQueue({ width })
  const begun: string[] = []
  const enter = (pod: object, name: string, cap = 100) =>
    queue.enter({ pod, cap: () => cap, begin: () => void begun.push(name) })
  return { queue, begun, enter }
}

test('enter() begins first come first served, within the width', () => {
  const { queue, begun, enter } = make(2)
  const pod = {}
  for (const name of ['a', 'b', 'c', 'd']) enter(pod, name)
  assert.equal(begun, ['a', 'b'])
  queue.leave(pod)
  assert.equal(begun, ['a', 'b', 'c'])
})

test('one pod that has all it may have does not keep another waiting', () => {
  const { queue, begun, enter } = make(10)
  const [one, other] = [{}, {}]
  enter(one, 'one.1', 1)
  enter(one, 'one.2', 1)
  enter(other, 'other.1', 1)
  assert.equal(begun, ['one.1', 'other.1'])
  queue.leave(one)
  assert.equal(begun, ['one.1', 'other.1', 'one.2'])
})

test('what enter() returns takes one out that waits, and says whether it did', () => {
  const { queue, begun, enter } = make(1)
  const pod = {}
  const leaveFirst = enter(pod, 'a')
  const leaveSecond = enter(pod, 'b')
  assert.not(leaveFirst())
  assert.ok(leaveSecond())
  queue.leave(pod)
  assert.equal(begun, ['a'])
})

test('take() counts one that an earlier host began', () => {
  const { queue, begun, enter } = make(1)
  const pod = {}
  queue.take(pod)
  enter(pod, 'a')
  assert.equal(begun, [])
  queue.leave(pod)
  assert.equal(begun, ['a'])
})

test.run()
