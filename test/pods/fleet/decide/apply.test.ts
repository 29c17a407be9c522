// What a host does so that its part of a pod is as it is wanted.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextStep } from '../../../../pods/fleet/decide/apply.ts'

const test = suite('nextStep()')
const wanted = { turn: 2, how: 'reload' } as const
const local = { want: 'up', scale: 1, turn: 2 } as const

test('brings, starts, and then does what the last turn says', () => {
  assert.is(nextStep(wanted, { local: undefined, isHere: false, count: 1 }), 'fetch')
  assert.is(nextStep(wanted, { local: undefined, isHere: true, count: 1 }), 'start')
  assert.is(nextStep(wanted, { local: { ...local, want: 'idle' }, isHere: true, count: 1 }), 'start')
  assert.is(nextStep(wanted, { local: { ...local, turn: 1 }, isHere: true, count: 1 }), 'reload')
  assert.is(
    nextStep({ ...wanted, how: 'restart' }, { local: { ...local, turn: 1 }, isHere: true, count: 1 }),
    'restart',
  )
  assert.is(nextStep(wanted, { local, isHere: true, count: 3 }), 'scale')
  assert.is(nextStep(wanted, { local, isHere: true, count: 1 }), undefined)
})

test('stops what is not to be here, and removes what is nowhere any more', () => {
  assert.is(nextStep(wanted, { local, isHere: true, count: 0 }), 'stop')
  assert.is(nextStep(wanted, { local: { ...local, want: 'idle' }, isHere: true, count: 0 }), undefined)
  assert.is(nextStep(wanted, { local: undefined, isHere: false, count: 0 }), undefined)
  assert.is(nextStep(undefined, { local, isHere: false, count: 0 }), 'remove')
  assert.is(nextStep(undefined, { local: undefined, isHere: false, count: 0 }), undefined)
})

test.run()
