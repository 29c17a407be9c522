import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseCycle } from '../../../daemon/tree/needs.ts'
import { failsWith } from '../../fails.ts'

const test = suite('needs')

const graph: Record<string, string[]> = { a: ['b', 'x'], b: ['c'], c: [], x: ['c'] }
const others = (name: string) => graph[name] ?? []

test('refuseCycle() lets pass what is no cycle, also where two ways lead to one pod', () => {
  refuseCycle('top', ['a', 'x'], others)
  refuseCycle('c', ['nobody'], others)
})

test('refuseCycle() shows the cycle', async () => {
  const error = await failsWith('needs_cycle', () => refuseCycle('c', ['a'], others))
  assert.equal(error.facts.cycle, ['c', 'a', 'b', 'c'])
  assert.equal((await failsWith('needs_cycle', () => refuseCycle('a', ['a'], others))).facts.cycle, ['a', 'a'])
})

test.run()
