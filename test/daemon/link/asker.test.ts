import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { askerOf, ownerOf } from '../../../daemon/link/asker.ts'
import { Inside } from '../inside/host.ts'

async function askingAs(host: Inside, config: object) {
  await host.push('web')
  await host.do('pod.start', { name: 'web', config })
  const place = host.kept.root
  const live = place.pods.get('web').supervisor.runs.get(1)
  if (!live) throw new Error('it does not run')
  return { place, pod: 'web', live }
}

test('askerOf() is a run with the role that its config says, on its host and within', async () => {
  await using host = await Inside.open()
  assert.equal(askerOf(await askingAs(host, { may: 'deploy' })), { name: 'web.1', role: 'deploy', path: '' })
})

test('askerOf() may read where the config says nothing', async () => {
  await using host = await Inside.open()
  assert.is(askerOf(await askingAs(host, {})).role, 'read')
})

test('askerOf() names a run by the path of its host', async () => {
  await using host = await Inside.open()
  const asking = await askingAs(host, {})
  assert.equal(askerOf({ ...asking, place: { ...asking.place, path: 'lab' } }), {
    name: 'lab.web.1',
    role: 'read',
    path: 'lab',
  })
})

test('ownerOf() may do everything in a host of its own, and only there', async () => {
  await using host = await Inside.open()
  assert.equal(ownerOf(await askingAs(host, {}), 'web'), { name: 'web.1', role: 'admin', path: 'web' })
})

test.run()
