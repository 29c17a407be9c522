import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { known } from '../../../daemon/verbs/known.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('known() is what was wanted until now, and fails where that cannot be read or is of another pod', async () => {
  await using host = await Inside.open()
  const { pods } = host.kept.root
  await host.push('web')
  const { supervisor } = pods.get('web')
  const desired = supervisor.inForce?.desired
  assert.is(known(pods, supervisor, desired), desired)
  supervisor.onProblem('Cannot read pod.json: it is torn')
  const error = await failsWith('state_broken', () => known(pods, supervisor, undefined))
  assert.is(error.message, 'Cannot read pod.json: it is torn')
  await host.do('pod.remove', { name: 'web' })
  await host.push('web')
  const other = await failsWith('pod_not_found', () => known(pods, supervisor, desired))
  assert.match(other.message, 'it was removed and pushed again meanwhile')
})

test.run()
