import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseTaken } from '../../../daemon/tree/routes.ts'
import { failsWith } from '../../fails.ts'

const test = suite('routes')

const pod = (key: string, ...at: string[]) => ({ key, routes: at.map(text => ({ at: text })) })

test('refuseTaken() refuses a route that another pod has, and names that', async () => {
  const others = [pod('api', 'a.test/api'), pod('inner.web', 'b.test', 'a.test')]
  const error = await failsWith('route_taken', () => refuseTaken(pod('web', 'c.test', 'a.test'), others))
  assert.equal(error.facts, { pod: 'web', route: 'a.test', holder: { pod: 'inner.web' } })
})

test("refuseTaken() lets pass a pod's own routes, and those that differ in host or path", () => {
  refuseTaken(pod('web', 'a.test'), [pod('web', 'a.test'), pod('api', 'a.test/api', '*.a.test')])
})

test('refuseTaken() lets the members of a group have its routes, and nobody else', async () => {
  const group = { ...pod('web', 'a.test'), members: new Set(['one', 'two']) }
  refuseTaken(pod('one', 'a.test'), [group, pod('two', 'a.test')])
  const error = await failsWith('route_taken', () => refuseTaken(pod('three', 'a.test'), [group]))
  assert.equal(error.facts.holder, { pod: 'web' })
  await failsWith('route_taken', () => refuseTaken(pod('one', 'b.test'), [group, pod('two', 'b.test')]))
})

test.run()
