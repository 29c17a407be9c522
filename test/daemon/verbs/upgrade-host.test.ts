import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside, upgradeBegun } from '../inside/host.ts'

test('upgradeHost() answers which version is about to take over', async () => {
  await using host = await Inside.open()
  assert.equal(await host.do('host.upgrade', { folder: '/opt/next' }), { ...upgradeBegun, folder: '/opt/next' })
  await failsWith('host_not_found', () => host.do('host.upgrade', { path: 'inner', folder: '/opt/next' }))
})

test.run()
