import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('versions() names what is kept, which of it is wanted, and the runs that have each', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  await host.push('web', { exports: ['more'] })
  const { versions } = await host.do('pod.versions', { name: 'web' })
  assert.equal(
    versions.map(({ version, kind, isWanted, runs }) => [version, kind, isWanted, runs]),
    [
      [1, 'service', true, ['web.1', 'web.2']],
      [2, 'service', false, []],
    ],
  )
  await host.do('pod.restart', { name: 'web' })
  const after = await host.do('pod.versions', { name: 'web' })
  assert.equal(
    after.versions.map(({ isWanted, runs }) => [isWanted, runs.length]),
    [
      [false, 0],
      [true, 2],
    ],
  )
})

test('versions() refuses a name that is none', async () => {
  await using host = await Inside.open()
  await failsWith('pod_not_found', () => host.do('pod.versions', { name: 'web' }))
})

test.run()
