import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { type Checked, policyProblems } from '../../../cli/project/policy-problems.ts'
import { configSchema } from '../../../protocol/config.ts'

const pod = (name: string, config: v.InferInput<typeof configSchema>, mayListen = false): Checked => ({
  name,
  policy: v.parse(configSchema, config),
  mayListen,
})
const told = (...pods: Checked[]) =>
  policyProblems(pods).map(({ name, path, text }) => `${name}.${path.join('.')}: ${text}`)

test('policyProblems() reads schedules and their zones', () => {
  assert.equal(told(pod('a', { schedule: 'x y' })), ['a.schedule: "schedule" "x y": it has 2 fields'])
  assert.match(told(pod('a', { schedule: '61 * * * *' })).join(), /minute/)
  assert.match(told(pod('a', { schedule: { at: '0 3 * * *', zone: 'Mars' } })).join(), /no time zone "Mars"/)
  assert.equal(told(pod('a', { schedule: { at: '0 3 * * *', zone: 'Europe/Berlin' } })), [])
})

test('policyProblems() refuses sleep of a pod that nothing could wake', () => {
  assert.match(told(pod('a', { sleep: '5m' })).join(), /^a\.sleep: .*no port/)
  assert.equal(
    told(pod('a', { sleep: '5m' }, true), pod('b', { sleep: false }), pod('c', { sleep: '5m', listen: 1234 })),
    [],
  )
})

test('policyProblems() finds what two pods have', () => {
  assert.equal(told(pod('a', { listen: 8080 }), pod('b', { listen: { main: 'auto', web: '8080' } })), [
    'b.listen: "b" has the address *:8080, which is that of "a"',
  ])
  assert.equal(told(pod('a', { route: 'A.test' }), pod('b', { route: ['b.test', 'a.test'] })), [
    'b.route: "b" has the route a.test, which is that of "a"',
  ])
  assert.equal(told(pod('a', { listen: 'auto' }), pod('b', { listen: 'auto' }), pod('c', { listen: 'unix' })), [])
})

test.run()
