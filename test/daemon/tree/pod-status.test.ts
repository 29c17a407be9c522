import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { wholeStatusOf } from '../../../daemon/tree/pod-status.ts'
import { Inside } from '../inside/host.ts'

test('wholeStatusOf() tells the versions of a pod beside how it is', async () => {
  await using host = await Inside.open()
  const { root } = host.kept
  await host.push('web')
  await host.push('web', { exports: ['hi'] })
  const { supervisor } = root.pods.get('web')
  const { images, ...status } = wholeStatusOf(root, supervisor)
  assert.equal(status, supervisor.keeping.status(root))
  assert.equal(
    images?.map(({ version }) => version),
    [1, 2],
  )
})

test.run()
