import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

/** The hosts `lab`, `lab.inner` and `other`. */
async function opened() {
  const host = await Inside.open()
  const other = await host.mount('other')
  const lab = await host.mount('lab')
  await lab.mount('lab.inner')
  return { host, hosts: host.kept.hosts, lab, other }
}

const pathsOf = (namespaces: { path: string }[]) => namespaces.map(({ path }) => path)

test('all() has the innermost last', async () => {
  const { host, hosts } = await opened()
  await using _ = host
  assert.is(pathsOf(hosts.all()).at(-1), 'lab.inner')
})

test('get() says which hosts there are', async () => {
  const { host, hosts } = await opened()
  await using _ = host
  assert.is(hosts.get('lab').path, 'lab')
  const error = await failsWith('host_not_found', () => hosts.get('nowhere'))
  assert.is(error.hint, 'There are: lab, lab.inner, other')
})

test('place() is the root at the empty path', async () => {
  const { host, hosts } = await opened()
  await using _ = host
  assert.is(hosts.place(''), hosts.root)
  assert.is(hosts.place('lab'), hosts.find('lab'))
})

test('within() has a host and all within it, and none beside it', async () => {
  const { host, hosts } = await opened()
  await using _ = host
  assert.equal(pathsOf(hosts.within('lab')), ['lab', 'lab.inner'])
  assert.equal(pathsOf(hosts.withinAll(({ path }) => path === 'lab')), ['lab', 'lab.inner'])
  assert.equal(hosts.within('la'), [])
})

test('ownerOf() is the pod that a host belongs to, while that is there', async () => {
  const { host, hosts } = await opened()
  await using _ = host
  assert.is(hosts.ownerOf(hosts.get('lab.inner'))?.supervisor.name, 'lab')
  assert.is(hosts.ownerOf({ owner: { path: '', pod: 'nobody' } }), undefined)
  assert.is(hosts.ownerOf({ owner: { path: 'nowhere', pod: 'lab' } }), undefined)
})

test('findTicket() finds the run of a ticket in whatever host it is; runKeys() has them by path and id', async () => {
  const { host, hosts } = await opened()
  await using _ = host
  await host.do('pod.push', { path: 'lab.inner', name: 'web', code: 'export default () => {}' })
  await host.do('pod.start', { path: 'lab.inner', name: 'web' })
  const found = hosts.tickets().map(ticket => hosts.findTicket(ticket))
  assert.equal(found.map(each => `${each?.place.path}:${each?.entry.supervisor.name}`).sort(), [
    ':lab',
    ':other',
    'lab.inner:web',
  ])
  assert.is(hosts.findTicket('none'), undefined)
  assert.equal(hosts.runKeys().sort(), ['lab.1', 'lab.inner.web.1', 'other.1'])
})

test('watch() tells of hosts that come and go, until it is ended', async () => {
  const { host, hosts, lab } = await opened()
  await using _ = host
  const told: string[] = []
  const unwatch = hosts.watch({
    onAdded: ({ path }) => told.push(`+${path}`),
    onRemoved: path => told.push(`-${path}`),
  })
  await lab.mount('lab.second')
  await host.do('pod.remove', { name: 'lab', force: true })
  assert.equal(told, ['+lab.second', '-lab.second', '-lab.inner', '-lab'])
  unwatch()
  await host.mount('lab')
  assert.is(told.length, 4)
})

test('endRuns() ends what runs in all hosts, innermost first, and nothing of the root', async () => {
  const { host, hosts, lab } = await opened()
  await using _ = host
  const ended: string[] = []
  for (const path of ['lab', 'lab.inner']) {
    await host.do('pod.push', { path, name: 'web', code: 'export default () => {}' })
    await host.do('pod.start', { path, name: 'web' })
    hosts.get(path).pods.watch({ onChanged: () => {}, onEnded: (_pod, { run }) => ended.push(`${path} ${run}`) })
  }
  await hosts.endRuns()
  assert.equal(ended, ['lab.inner web.1', 'lab web.1'])
  assert.not(lab.hasEnded)
})

test.run()
