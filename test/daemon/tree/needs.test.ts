import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { InForce } from '../../../daemon/pod/in-force.ts'
import { dependentsIn, refuseCycle } from '../../../daemon/tree/needs.ts'
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

/** Pods by what each needs. */
const podsOf = (needs: Record<string, string[]>) =>
  Object.entries(needs).map(([name, of]) => ({ name, inForce: { desired: { config: { needs: of } } } as InForce }))

test('dependentsIn() finds those that need a pod, directly or not, each once and after those that need it', () => {
  const dependentsOf = dependentsIn(podsOf(graph))
  assert.equal(
    dependentsOf('c').map(({ name }) => name),
    ['a', 'b', 'x'],
  )
  assert.equal(dependentsOf('a'), [])
  assert.equal(dependentsOf('nobody'), [])
})

test('dependentsIn() comes to an end where files were edited into a cycle', () => {
  const dependentsOf = dependentsIn(podsOf({ a: ['b', 'c'], b: ['a'], c: [], own: ['own'] }))
  assert.equal(
    dependentsOf('c').map(({ name }) => name),
    ['b', 'a'],
  )
  assert.equal(
    dependentsOf('a').map(({ name }) => name),
    ['b'],
  )
  assert.equal(dependentsOf('own'), [])
})

test.run()
