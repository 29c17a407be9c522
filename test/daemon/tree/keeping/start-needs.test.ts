import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

const begun = (host: Inside) => host.machine.shims.map(({ assignment }) => assignment?.run)
const start = (host: Inside, name: string, needs: string[]) => host.do('pod.start', { name, config: { needs } })

async function pushed(...names: string[]): Promise<Inside> {
  const host = await Inside.open()
  for (const name of names) await host.push(name)
  return host
}

test('startNeeds() begins what a pod needs before it, and what that needs before that', async () => {
  await using host = await pushed('disk', 'db', 'web')
  await start(host, 'db', ['disk'])
  await host.do('pod.stop', { name: 'disk' })
  await host.do('pod.stop', { name: 'db' })
  await start(host, 'web', ['db'])
  assert.equal(begun(host), ['disk.1', 'db.1', 'disk.2', 'db.2', 'web.1'])
})

test('startNeeds() begins a need as it was started last, and none that is up', async () => {
  await using host = await pushed('db', 'web')
  await host.do('pod.start', { name: 'db', params: { size: '9' } })
  await host.do('pod.stop', { name: 'db' })
  await start(host, 'web', ['db'])
  assert.equal(host.machine.shimOf('db.2').params, { size: '9' })
  await host.do('pod.stop', { name: 'web' })
  await start(host, 'web', ['db'])
  assert.equal(begun(host), ['db.1', 'db.2', 'web.1', 'web.2'])
})

test('startNeeds() begins a need anew that was given up', async () => {
  await using host = await pushed('db', 'web')
  host.machine.onShim = shim => {
    shim.comesUp = false
    setImmediate(() => shim.end(1, null))
  }
  await failsWith('start_failed', () => host.do('pod.start', { name: 'db', config: { retries: 1 } }))
  host.machine.onShim = () => {}
  assert.is((await start(host, 'web', ['db'])).status, 'up')
  assert.is((await host.status('db')).status, 'up')
})

test('startNeeds() fails as a need fails, and the pod itself is not begun', async () => {
  await using host = await pushed('db', 'web')
  host.machine.onShim = shim => {
    shim.comesUp = false
    setImmediate(() => shim.end(1, null))
  }
  await host.do('pod.start', { name: 'db', config: { retries: 1 }, wait: false })
  const error = await failsWith('start_failed', () => start(host, 'web', ['db']))
  assert.is(error.facts.pod, 'db')
  assert.is((await host.status('web')).status, 'idle')
})

test('startNeeds() refuses a need that there is not, a script, and one that needs the pod', async () => {
  await using host = await pushed('db', 'web')
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  assert.match((await failsWith('start_failed', () => start(host, 'web', ['mail']))).message, 'there is no such pod')
  assert.match((await failsWith('start_failed', () => start(host, 'web', ['job']))).message, 'which is never up')
  await start(host, 'db', [])
  await start(host, 'web', ['db'])
  await host.do('pod.stop', { name: 'db' })
  assert.match((await failsWith('needs_cycle', () => start(host, 'db', ['web']))).message, 'db')
  assert.equal(begun(host), ['db.1', 'web.1'])
})

test.run()
