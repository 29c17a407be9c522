import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nearest } from '../../protocol/nearest.ts'

const words = ['start', 'stop', 'status', 'restart', 'remote add']

test('nearest() finds a word with a letter wrong, missing, too many or swapped', () => {
  assert.is(nearest('stort', words), 'start')
  assert.is(nearest('stp', words), 'stop')
  assert.is(nearest('statuss', words), 'status')
  assert.is(nearest('satrt', words), 'start')
})

test('nearest() finds a word that was begun', () => {
  assert.is(nearest('stat', words), 'status')
})

test('nearest() finds nothing where nothing is near', () => {
  assert.is(nearest('deploy', words), undefined)
  assert.is(nearest('x', words), undefined)
  assert.is(nearest('', words), undefined)
})

test.run()
