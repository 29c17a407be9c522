import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

test('start() begins a pod with its params, and answers when it is up', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const started = await host.do('pod.start', { name: 'web', params: { port: '1' } })
  assert.equal([started.status, started.up, started.version], ['up', 1, 1])
  assert.equal(host.machine.shimOf('web.1').params, { port: '1' })
})

test('start() answers at once where nobody waits', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  assert.is((await host.do('pod.start', { name: 'web', wait: false })).status, 'waiting')
})

test('start() refuses a pod that is up or on its way there, and a name that is none', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  await host.do('pod.start', { name: 'web', wait: false })
  await until(() => host.machine.shims[0]?.assignment, 'it is told what to become')
  assert.match((await failsWith('pod_running', () => host.do('pod.start', { name: 'web' }))).message, 'it is starting')
  host.machine.shimOf('web.1').becomeUp()
  await host.becomes('web', 'up')
  assert.match((await failsWith('pod_running', () => host.do('pod.start', { name: 'web' }))).message, 'it is up')
  assert.match((await failsWith('pod_not_found', () => host.do('pod.start', { name: 'wep' }))).hint ?? '', 'web')
})

test('start() refuses what belongs to a version', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const config = { writable: ['data'] }
  const error = await failsWith('bad_config', () => host.do('pod.start', { name: 'web', config }))
  assert.match(error.hint ?? '', 'pod push')
  await host.do('pod.start', { name: 'web' })
  await failsWith('bad_config', () => host.do('pod.reload', { name: 'web', config }))
})

test('start() gives the newest version, and what is asked for now in the place of what was before', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', params: { a: '1' }, config: { env: { A: '1' }, scale: 2 } })
  await host.do('pod.stop', { name: 'web' })
  await host.push('web', { exports: ['more'] })
  const started = await host.do('pod.start', { name: 'web' })
  assert.equal([started.version, started.params, started.scale], [2, {}, 2], 'a scale stays')
  assert.equal(started.dropped, ['a', 'env'])
})

for (const [how, code, hint] of [
  ['ends with 0', 0, /--restart on-failure/],
  ['ends with another code', 1, /pod logs REMOTE web/],
] as const) {
  test(`start() fails where the pod ${how} before it is up, and says what to do`, async () => {
    await using host = await Inside.open()
    await host.push('web')
    host.machine.onShim = shim => {
      shim.comesUp = false
      shim.onAssigned = () => shim.end(code, null)
    }
    const config = { giveUp: 'after 1' }
    const error = await failsWith('start_failed', () => host.do('pod.start', { name: 'web', config }))
    assert.match(error.hint ?? '', hint)
    assert.is(error.facts.firstRun, 'web.1')
  })
}

test('start() fails where the pod is stopped meanwhile', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  const started = failsWith('start_failed', () => host.do('pod.start', { name: 'web' }))
  await host.becomes('web', 'waiting')
  await host.do('pod.stop', { name: 'web' })
  assert.match((await started).message, 'stopped or removed meanwhile')
})

test('start() refuses a service what only a script is given', async () => {
  await using host = await Inside.open()
  await host.push('web')
  for (const wrong of [{ args: ['a'] }, { stdin: 'x' }, { config: { timeout: 1000 } }])
    await failsWith('bad_params', () => host.do('pod.start', { name: 'web', ...wrong }))
})

test.run()
