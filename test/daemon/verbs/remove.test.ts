import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('remove() takes away all that there is of a pod, and another of its name begins anew', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await host.do('pod.stop', { name: 'web' })
  const { paths } = host.seams
  assert.equal(await host.do('pod.remove', { name: 'web' }), { name: 'web', removed: true, stopped: [] })
  await failsWith('pod_not_found', () => host.status('web'))
  assert.equal([readdirSync(paths.pods), readdirSync(paths.images), existsSync(paths.pod('web').logs)], [[], [], false])
  await host.push('web')
  assert.is((await host.do('pod.start', { name: 'web' })).runs[0]?.id, 'web.1')
})

test('remove() refuses a pod that has runs, unless it is forced to stop them before', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await failsWith('pod_running', () => host.do('pod.remove', { name: 'web' }))
  assert.is((await host.status('web')).status, 'up')
  const { stopped } = await host.do('pod.remove', { name: 'web', force: true })
  assert.equal(
    stopped.map(({ run }) => run),
    ['web.1'],
  )
})

test('remove() leaves an image that another pod has', async () => {
  await using host = await Inside.open()
  for (const name of ['one', 'two']) await host.push(name)
  await host.do('pod.remove', { name: 'one' })
  assert.is(readdirSync(host.seams.paths.images).length, 1)
  assert.is((await host.do('pod.start', { name: 'two' })).status, 'up')
})

test('remove() tells what the pod has pushed, which stays', async () => {
  await using host = await Inside.open()
  for (const name of ['web', 'other']) await host.push(name)
  const code = 'export default () => {}\n'
  for (const [name, run] of [
    ['its', 'web.1'],
    ['its-too', 'web.12'],
    ['not-its', 'web.more'],
    ['nor-this', 'other.1'],
  ] as const)
    await host.do('pod.push', { name, code }, { by: { name: run, role: 'deploy', path: '' } })
  assert.equal((await host.do('pod.remove', { name: 'web' })).left, ['its', 'its-too'])
  assert.is((await host.status('its')).name, 'its')
})

test('remove() that cannot take a pod away leaves it as it was, and running', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  host.seams.clock.wallMs = () => 7
  writeFileSync(`${host.seams.paths.pods}/.removed-web-7`, 'in the way')
  await failsWith('save_failed', () => host.do('pod.remove', { name: 'web', force: true }))
  assert.is((await host.becomes('web', 'up')).runs[0]?.id, 'web.2')
})

test.run()
