import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

/** Three versions that were up one after the other, each with params of its own. */
async function running() {
  const host = await Inside.open()
  for (const [at, a] of ['1', '2', '3'].entries()) {
    await host.push('web', { exports: ['more', 'still'].slice(0, at) })
    if (at === 0) await host.do('pod.start', { name: 'web', params: { a } })
    else await host.do('pod.reload', { name: 'web', params: { a } })
  }
  return host
}

test('rollback() goes to what was up before, with the params of then, and one further back each time', async () => {
  await using host = await running()
  const second = await host.do('pod.rollback', { name: 'web' })
  assert.equal([second.version, second.params], [2, { a: '2' }])
  const first = await host.do('pod.rollback', { name: 'web' })
  assert.equal([first.version, first.params], [1, { a: '1' }])
  await failsWith('version_not_found', () => host.do('pod.rollback', { name: 'web' }))
})

test('rollback() goes to a version, with the params of now if that is asked for', async () => {
  await using host = await running()
  const status = await host.do('pod.rollback', { name: 'web', version: 1, versionOnly: true })
  assert.equal([status.version, status.params], [1, { a: '3' }])
  await failsWith('version_not_found', () => host.do('pod.rollback', { name: 'web', version: 7 }))
})

test('rollback() passes over what never came up', async () => {
  await using host = await running()
  await host.push('web', { exports: ['broken'] })
  host.machine.onShim = shim => {
    if (host.machine.shims.length > 4) return
    shim.comesUp = false
    shim.onAssigned = () => shim.end(1, null)
  }
  await failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))
  assert.is((await host.do('pod.rollback', { name: 'web' })).version, 2)
})

test('rollback() is named in what it answers where it cannot be done, or fails', async () => {
  await using host = await running()
  host.machine.onShim = shim => {
    shim.comesUp = false
    shim.onAssigned = () => shim.end(1, null)
  }
  const failed = await failsWith('start_failed', () => host.do('pod.rollback', { name: 'web' }))
  assert.match(failed.message, 'The rollback of pod "web" failed')
  await host.do('pod.stop', { name: 'web' })
  const refused = await failsWith('pod_not_up', () => host.do('pod.rollback', { name: 'web' }))
  assert.match(refused.message, 'Cannot roll back pod "web": it is idle')
})

test('rollback() gives no pod back what its asker could not give it', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { may: 'admin' } })
  await host.push('web', { exports: ['more'] })
  await host.do('pod.reload', { name: 'web', config: { may: 'read' } })
  const by = { name: 'ci', role: 'deploy', path: '' } as const
  await failsWith('forbidden', () => host.do('pod.rollback', { name: 'web' }, { by }))
  assert.is((await host.do('pod.rollback', { name: 'web', versionOnly: true }, { by })).version, 1)
})

test.run()
