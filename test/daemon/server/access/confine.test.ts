// What a client whose token is for one path is told of what lies beside it: nothing.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { withinSight } from '../../../../daemon/server/access/confine.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { errorOf } from '../../../fails.ts'

const inner: Identity = { name: 'ci', role: 'admin', path: 'inner' }
const whole: Identity = { ...inner, path: '' }

const failing = (error: Error) => withinSight(inner, () => Promise.reject(error))

test('withinSight() leaves out the hosts beside the path', async () => {
  const result = { version: '1', hosts: ['inner', 'inner.second', 'inner2', 'other', 5] }
  assert.equal(await withinSight(inner, async () => result), { version: '1', hosts: ['inner', 'inner.second'] })
  assert.is(await withinSight(whole, async () => result), result)
})

test('withinSight() gives any other result as it is', async () => {
  for (const result of [undefined, null, 'text', 5, [], { hosts: 'text' }, { pods: [] }])
    assert.is(await withinSight(inner, async () => result), result)
})

test('withinSight() does not say which hosts there are where one is not found', async () => {
  const error = new P8aError('host_not_found', 'There is no host "x"', { hint: 'There are: inner, other' })
  assert.is((await errorOf(() => failing(error))).message, 'There is no host "x"')
  const told = await withinSight(inner, () => Promise.reject(error)).catch(error => error as P8aError)
  assert.is((told as P8aError).hint, 'Your token is for the path "inner" only')
})

test('withinSight() does not say which pod made the host of the token, where that is gone', async () => {
  const gone = (path: string) =>
    new P8aError('host_gone', `"owner" made it`, { hint: 'pod start owner', facts: { path, pod: 'owner' } })
  const own = (await errorOf(() => failing(gone('inner')))) as P8aError
  assert.not.ok(JSON.stringify([own.message, own.hint, own.facts]).includes('owner'))
  const within = gone('inner.second')
  assert.is(await errorOf(() => failing(within)), within, 'what lies within is the own')
})

test('withinSight() throws any other error on', async () => {
  for (const error of [new P8aError('pod_not_found', 'no'), new TypeError('a bug')])
    assert.is(await errorOf(() => failing(error)), error)
})

test.run()
