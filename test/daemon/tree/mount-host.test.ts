import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('mountHost() makes a host for a pod, which keeps it over its own restart', async () => {
  await using host = await Inside.open()
  await host.mount('lab')
  const { data } = host.kept.hosts.get('lab').seams.paths
  assert.equal(JSON.parse(readFileSync(join(data, 'owner.json'), 'utf8')), { v: 1, path: '', pod: 'lab' })
  await host.do('pod.push', { path: 'lab', name: 'web', code: 'export default () => {}' })
  await host.do('pod.restart', { name: 'lab' })
  await host.mount('lab')
  assert.is((await host.do('pod.status', { path: 'lab', name: 'web' })).path, 'lab')
})

test('mountHost() makes hosts within a host that the pod has mounted', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  await lab.mount('lab.inner')
  assert.equal(host.kept.hosts.get('lab.inner').owner, { path: '', pod: 'lab', imported: undefined })
})

for (const [what, path, code] of [
  ['within a host of another pod', 'lab.inner', 'unsupported'],
  ['within none', 'nowhere.inner', 'unsupported'],
  ['that another pod has', 'lab', 'host_exists'],
  ['without a name', '', 'bad_name'],
  ['with a name that is none', 'The Lab', 'bad_name'],
] as const) {
  test(`mountHost() refuses a host ${what}`, async () => {
    await using host = await Inside.open()
    await host.mount('lab')
    await host.push('web')
    await host.do('pod.start', { name: 'web' })
    await failsWith(code, () => host.machine.shimOf('web.1').mount(path))
    assert.equal(
      host.kept.hosts.all().map(each => each.path),
      ['lab'],
    )
  })
}

test('mountHost() refuses a host that is too deep', async () => {
  await using host = await Inside.open({ settings: { maxHostDepth: 2 } })
  const lab = await host.mount('lab')
  await lab.mount('lab.a')
  const error = await failsWith('unsupported', () => lab.mount('lab.a.b'))
  assert.equal(error.facts, { path: 'lab.a.b', limit: 2 })
})

test('mountHost() gives a pod a host whose owner is not there any more', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  // As where the pod was removed while no host looked.
  lab.end(0, null)
  const { hosts, root } = host.kept
  root.pods.forget('lab')
  await host.mount('lab', { pod: 'web' })
  assert.is(hosts.get('lab').owner.pod, 'web')
})

test('unmountHost() stops what is in it until it is mounted again', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  await lab.mount('lab.inner')
  for (const path of ['lab', 'lab.inner']) {
    await host.do('pod.push', { path, name: 'web', code: 'export default () => {}' })
    await host.do('pod.start', { path, name: 'web' })
  }
  await lab.peer?.request('unmount', { path: 'lab' })
  assert.ok(host.kept.hosts.get('lab').isClosed)
  for (const path of ['lab', 'lab.inner']) {
    assert.equal([...host.kept.hosts.get(path).pods.get('web').supervisor.runs.keys()], [], path)
  }
  await lab.mount('lab')
  assert.not(host.kept.hosts.get('lab').isClosed)
  const { supervisor } = host.kept.hosts.get('lab').pods.get('web')
  await supervisor.until(() => supervisor.state === 'up')
})

test('unmountHost() stops nothing while another run of the pod is the host', async () => {
  await using host = await Inside.open()
  await host.push('lab')
  await host.do('pod.start', { name: 'lab', config: { scale: 2 } })
  const [one, two] = ['lab.1', 'lab.2'].map(run => host.machine.shimOf(run))
  await one?.mount('lab')
  await two?.mount('lab')
  await one?.peer?.request('unmount', { path: 'lab' })
  assert.equal([host.kept.hosts.get('lab').isClosed, host.kept.hosts.get('lab').mounts.isMounted], [false, true])
})

test("unmountHost() closes no host that is not the run's, and none that is not there", async () => {
  await using host = await Inside.open()
  await host.mount('lab')
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  const { peer } = host.machine.shimOf('web.1')
  await failsWith('unsupported', () => peer?.request('unmount', { path: 'lab' }))
  await failsWith('host_not_found', () => peer?.request('unmount', { path: 'other' }))
  assert.ok(existsSync(host.kept.hosts.get('lab').seams.paths.data))
})

test.run()
