import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('stopHost() ends the daemon alone, and says how many pods go on', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  assert.equal(await host.do('host.stop', {}), { stopping: true, pods: 1 })
  assert.ok(host.isStopped)
  assert.not.ok(host.machine.shimOf('web.1').hasEnded)
})

test('stopHost() ends the pods before where that is asked for; what is wanted of them stays', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await host.do('host.stop', { pods: true })
  assert.ok(host.machine.shimOf('web.1').hasEnded)
  const { want } = JSON.parse(readFileSync(host.seams.paths.pod('web').desired, 'utf8'))
  assert.is(want, 'up')
})

test('stopHost() ends nothing while the host before waits for what becomes of an upgrade: that one would come back', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  const { promise, resolve } = Promise.withResolvers<void>()
  host.settled = promise
  const stopping = host.do('host.stop', { pods: true })
  await new Promise(setImmediate)
  assert.equal([host.isStopped, host.machine.shimOf('web.1').hasEnded], [false, false])
  resolve()
  await stopping
  assert.equal([host.isStopped, host.machine.shimOf('web.1').hasEnded], [true, true])
})

test('stopHost() lets nothing begin any more', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('host.stop', { pods: true })
  await failsWith('host_gone', () => host.do('pod.start', { name: 'web' }))
})

test.run()
