import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { functionsIn } from '../../../scripts/source/functions.ts'

const test = suite('functions')

test('functionsIn() finds each function with its lines, however it is written', () => {
  const found = functionsIn(`export function outer(value: number): number {
  const inner = (more: number) => {
    return more
  }
  return inner(value)
}

class Counter {
  #count(): void {
  }
}

const table = { add: (a: number) => a, each: [1].map(n => n) }
`)
  assert.equal(
    found.map(({ name, line, lines }) => [name, line, lines]),
    [
      ['inner', 2, 3],
      ['outer', 1, 6],
      ['#count', 9, 2],
      ['add', 13, 1],
      ['a function without a name', 13, 1],
    ],
  )
})

test.run()
