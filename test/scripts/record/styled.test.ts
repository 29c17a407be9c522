import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { partsOf } from '../../../scripts/record/styled.ts'

const esc = '\x1b'

test('partsOf() gives each part of a line the colors and weights that it has', () => {
  assert.equal(partsOf(`${esc}[32mup${esc}[39m v1`), [
    { text: 'up', classes: ['green'] },
    { text: ' v1', classes: [] },
  ])
  assert.equal(partsOf(`${esc}[1m${esc}[31mno${esc}[22m!${esc}[0m.`), [
    { text: 'no', classes: ['bold', 'red'] },
    { text: '!', classes: ['red'] },
    { text: '.', classes: [] },
  ])
  assert.equal(partsOf(`${esc}[1;36mx${esc}[33my${esc}[my`), [
    { text: 'x', classes: ['bold', 'cyan'] },
    { text: 'y', classes: ['bold', 'yellow'] },
    { text: 'y', classes: [] },
  ])
})

test('partsOf() leaves a line without styles whole, and has nothing for an empty one', () => {
  assert.equal(partsOf('plain [32m text'), [{ text: 'plain [32m text', classes: [] }])
  assert.equal(partsOf(''), [])
})

test.run()
