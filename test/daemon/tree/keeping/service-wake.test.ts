import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../../fails.ts'
import { until } from '../../../until.ts'
import { Inside } from '../../inside/host.ts'

const wake = (host: Inside, name = 'web') => host.do('pod.wake', { name })

test('wakeService() begins one that was stopped as it was started last, with the version that it had', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', params: { a: '1' }, config: { scale: 2 } })
  await host.do('pod.stop', { name: 'web' })
  await host.push('web', { exports: ['more'] })
  const woken = await wake(host)
  assert.equal([woken.status, woken.up, woken.version, woken.params], ['up', 2, 1, { a: '1' }])
})

test('wakeService() begins the newest version of one that was never started', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.push('web', { exports: ['more'] })
  assert.is((await wake(host)).version, 2)
})

test('wakeService() begins no second run, however many wake it at once, and none of one that is up', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const woken = await Promise.all([wake(host), wake(host), wake(host)])
  assert.equal(
    woken.map(({ up }) => up),
    [1, 1, 1],
  )
  assert.is((await wake(host)).runs[0]?.id, 'web.1')
  assert.is(host.machine.shims.length, 1)
})

test('wakeService() waits for one that is on its way there', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  await host.do('pod.start', { name: 'web', wait: false })
  let isWoken = false
  const woken = wake(host).then(status => {
    isWoken = true
    return status
  })
  await until(() => host.machine.shims[0]?.assignment, 'it is told what to become')
  assert.not(isWoken)
  host.machine.shimOf('web.1').becomeUp()
  assert.equal([(await woken).status, host.machine.shims.length], ['up', 1])
})

test('wakeService() begins one that was given up, and fails where that comes to nothing again', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const dies = (shim: Inside['machine']['shims'][number]) => {
    shim.comesUp = false
    setImmediate(() => shim.end(1, null))
  }
  host.machine.onShim = dies
  await failsWith('start_failed', () =>
    host.do('pod.start', { name: 'web', config: { retries: 1, giveUp: 'after 1' } }),
  )
  const error = await failsWith('start_failed', () => wake(host))
  assert.is(error.facts.firstRun, 'web.2')
  host.machine.onShim = () => {}
  assert.is((await wake(host)).status, 'up')
})

test('wakeService() begins what it needs before it', async () => {
  await using host = await Inside.open()
  await host.push('db')
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { needs: ['db'] } })
  await host.do('pod.stop', { name: 'db' })
  await host.do('pod.stop', { name: 'web' })
  await wake(host)
  assert.is((await host.status('db')).status, 'up')
})

test.run()
