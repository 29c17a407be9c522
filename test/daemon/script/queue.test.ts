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
  const { begun, enter } = make(2)
  const pod = {}
  const [first] = ['a', 'b', 'c', 'd'].map(name => enter(pod, name))
  assert.equal(begun, ['a', 'b'])
  first?.leave()
  assert.equal(begun, ['a', 'b', 'c'])
})

test('one pod that has all it may have does not keep another waiting', () => {
  const { begun, enter } = make(10)
  const [one, other] = [{}, {}]
  const first = enter(one, 'one.1', 1)
  enter(one, 'one.2', 1)
  enter(other, 'other.1', 1)
  assert.equal(begun, ['one.1', 'other.1'])
  first.leave()
  assert.equal(begun, ['one.1', 'other.1', 'one.2'])
})

test('leave() of one that waits takes it out, and frees no place', () => {
  const { begun, enter } = make(1)
  const pod = {}
  enter(pod, 'a')
  const second = enter(pod, 'b')
  enter(pod, 'c')
  second.leave()
  assert.equal(begun, ['a'])
})

test('leave() gives a place back once', () => {
  const { begun, enter } = make(1)
  const pod = {}
  const first = enter(pod, 'a')
  for (const name of ['b', 'c']) enter(pod, name)
  first.leave()
  first.leave()
  assert.equal(begun, ['a', 'b'])
})

test('take() counts one that an earlier host began', () => {
  const { queue, begun, enter } = make(1)
  const pod = {}
  const taken = queue.take(pod)
  enter(pod, 'a')
  assert.equal(begun, [])
  taken.leave()
  assert.equal(begun, ['a'])
})

test.run()
