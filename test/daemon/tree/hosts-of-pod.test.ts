import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { holdHostsOf, removeHostsMadeBy, removeHostsOf } from '../../../daemon/tree/hosts-of-pod.ts'
import { Inside } from '../inside/host.ts'

/** `lab` has the hosts `lab` and `lab.inner`, each with a pod that runs. `ended` has whose runs ended, in order. */
async function opened() {
  const host = await Inside.open()
  const ended: string[] = []
  const lab = await host.mount('lab')
  await lab.mount('lab.inner')
  const { hosts } = host.kept
  for (const path of ['lab', 'lab.inner']) {
    await host.do('pod.push', { path, name: 'web', code: 'export default () => {}' })
    await host.do('pod.start', { path, name: 'web' })
    hosts.get(path).pods.watch({ onChanged: () => {}, onEnded: (_, { run }) => ended.push(`${path} ${run}`) })
  }
  return { host, hosts, lab, ended }
}

test('holdHostsOf() ends what runs in the hosts of a pod, innermost first, and lets it run again', async () => {
  const { host, hosts, ended } = await opened()
  await using _ = host
  const release = await holdHostsOf(hosts, { path: '', pod: 'lab' })
  assert.equal(ended, ['lab.inner web.1', 'lab web.1'])
  await release()
  for (const path of ['lab', 'lab.inner']) {
    const { supervisor } = hosts.get(path).pods.get('web')
    await supervisor.until(() => supervisor.state === 'up')
  }
})

test('holdHostsOf() lets nothing run again in a host that its pod has closed', async () => {
  const { host, hosts, lab } = await opened()
  await using _ = host
  await lab.peer?.request('unmount', { path: 'lab.inner' })
  const release = await holdHostsOf(hosts, { path: '', pod: 'lab' })
  await release()
  assert.equal([hosts.get('lab').pods.holding.isHeld, hosts.get('lab.inner').pods.holding.isHeld], [false, true])
})

test('holdHostsOf() leaves the hosts of other pods alone', async () => {
  const { host, hosts, ended } = await opened()
  await using _ = host
  await holdHostsOf(hosts, { path: '', pod: 'web' })
  await holdHostsOf(hosts, { path: 'lab', pod: 'lab' })
  assert.equal(ended, [])
})

test('removeHostsOf() removes the hosts of a pod with all that is in them', async () => {
  const { host, hosts, ended } = await opened()
  await using _ = host
  const folders = hosts.all().map(({ seams }) => seams.paths.data)
  await removeHostsOf(hosts, { path: '', pod: 'lab' })
  assert.equal([hosts.all(), folders.filter(existsSync)], [[], []])
  assert.equal(ended, ['lab.inner web.1', 'lab web.1'])
})

test('removeHostsMadeBy() removes what a pod within a host has made by way of the owner of that host', async () => {
  const { host, hosts, lab } = await opened()
  await using _ = host
  await lab.mount('lab.tenant', [], { imported: 'tenant' })
  await lab.mount('lab.tenant.deep')
  await removeHostsMadeBy(hosts, { path: 'lab', pod: 'other' })
  assert.is(hosts.all().length, 4)
  await removeHostsMadeBy(hosts, { path: 'lab', pod: 'tenant' })
  assert.equal(
    hosts.all().map(({ path }) => path),
    ['lab', 'lab.inner'],
  )
})

test.run()
