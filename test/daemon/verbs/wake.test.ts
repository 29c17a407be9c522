// Not here: what it takes for a service to be woken, which test/daemon/tree/keeping/service-wake.test.ts has.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('wake() brings a pod up, and answers at once where nobody waits', async () => {
  await using host = await Inside.open()
  await host.push('web')
  assert.is((await host.do('pod.wake', { name: 'web' })).status, 'up')
  await host.do('pod.stop', { name: 'web' })
  assert.is((await host.do('pod.wake', { name: 'web', wait: false })).status, 'waiting')
  await host.becomes('web', 'up')
})

test('wake() refuses a name that is none', async () => {
  await using host = await Inside.open()
  await failsWith('pod_not_found', () => host.do('pod.wake', { name: 'web' }))
})

test.run()
