// Who is told what of which host. Not here: what is told of a pod (told.test.ts), and how much waits for a slow reader
// (watcher.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodChange } from '../../../protocol/changes.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Asker } from '../../../protocol/words.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

/** Watches a host. @returns what it is told, and what ends it */
function watched(host: Inside, path = '', within = false, by: Asker = { name: 'local', role: 'admin', path: '' }) {
  const changes: PodChange[] = []
  const leaving = new AbortController()
  const send = async (all: PodChange[]) => void changes.push(...all)
  const over = host.do('host.watch', { path, within }, { send, signal: leaving.signal, by })
  over.catch(() => {})
  const told = (...types: string[]) =>
    until(() => types.every(type => changes.some(change => change.type === type)), `${types} is told`, { everyMs: 1 })
  return { changes, told, over, leave: () => leaving.abort(new P8aError('aborted', 'gone')) }
}

const namesOf = (change: PodChange | undefined) =>
  change?.type === 'snapshot' ? change.pods.map(({ path, name }) => `${path}:${name}`) : undefined

const start = async (host: Inside, name: string) => await host.do('pod.start', { name })

test('a watcher gets all pods of its host at first, and then each change', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const { changes, told, leave } = watched(host)
  await told('snapshot')
  assert.equal(namesOf(changes[0]), [':web'])
  await host.push('db')
  await start(host, 'db')
  await host.do('pod.stop', { name: 'db' })
  await host.do('pod.remove', { name: 'db' })
  await told('removed')
  const types = changes.map(({ type }) => type)
  for (const type of ['added', 'changed', 'run', 'ended']) assert.ok(types.includes(type as PodChange['type']), type)
  assert.is(types.at(-1), 'removed')
  leave()
})

test('a watcher that is over is told nothing more', async () => {
  await using host = await Inside.open()
  const { changes, told, over, leave } = watched(host)
  await told('snapshot')
  leave()
  await over.catch(() => {})
  await host.push('web')
  assert.is(changes.length, 1)
})

test('a watcher of a host alone is told nothing of those within, and one of all is', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  const [alone, all] = [watched(host), watched(host, '', true)]
  await Promise.all([alone.told('snapshot'), all.told('snapshot')])
  const code = 'export default () => {}'
  await lab.peer?.request('verb', { method: 'pod.push', params: { path: 'lab', name: 'inner', code } })
  await all.told('added')
  assert.equal(
    alone.changes.filter(({ type }) => type === 'added'),
    [],
  )
  alone.leave()
  all.leave()
})

test('a watcher of all is told of a host that comes, and that its pods are gone with it', async () => {
  await using host = await Inside.open()
  const { changes, told, leave } = watched(host, '', true)
  await told('snapshot')
  const lab = await host.mount('lab')
  const code = 'export default () => {}'
  await lab.peer?.request('verb', { method: 'pod.push', params: { path: 'lab', name: 'inner', code } })
  await until(() => changes.some(change => 'path' in change && change.path === 'lab'), 'it is told', { everyMs: 1 })
  await host.do('pod.remove', { name: 'lab', force: true })
  const isGone = (change: PodChange) => change.type === 'removed' && change.path === 'lab'
  await until(() => changes.some(isGone), 'it is gone', { everyMs: 1 })
  leave()
})

test('a watcher of one host fails where there is none, and ends where its owner is gone', async () => {
  await using host = await Inside.open()
  await failsWith('host_not_found', () => watched(host, 'lab').over)
  const lab = await host.mount('lab', { handles: ['list'] })
  lab.functions = { list: () => [] }
  const { told, over } = watched(host, 'lab')
  await told('snapshot')
  const gone = failsWith('host_gone', () => over)
  lab.unlink()
  lab.end(1, null)
  await gone
})

test('each who watches is told what the owner lists for them', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['list'] })
  lab.functions = { list: ({ by }: { by: Asker }) => [{ name: `${by.name}-web`, status: 'up' }] }
  const seen = ['ann', 'bob'].map(name => watched(host, 'lab', false, { name, role: 'read', path: 'lab' }))
  const all = watched(host, '', true)
  await Promise.all([...seen, all].map(one => one.told('snapshot')))
  assert.equal(
    seen.map(one => namesOf(one.changes[0])),
    [['lab:ann-web'], ['lab:bob-web']],
  )
  const tellAll = () => JSON.stringify(all.changes)
  await until(() => tellAll().includes('local-web'), 'the third is told too', { everyMs: 1 })
  assert.not.match(tellAll(), 'ann-web')
  for (const one of [...seen, all]) one.leave()
})

test('a host whose owner has the list is told of by that, again when it says that something has changed', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['list'] })
  let list = [{ name: 'own', status: 'up' }]
  lab.functions = { list: () => list }
  const { changes, told, leave } = watched(host, 'lab')
  await told('snapshot')
  assert.equal(namesOf(changes[0]), ['lab:own'])
  list = [
    { name: 'own', status: 'error' },
    { name: 'other', status: 'up' },
  ]
  await lab.peer?.request('podsChanged', { path: 'lab' })
  await told('added')
  const own = changes.findLast(change => 'name' in change && change.name === 'own')
  assert.is(own && 'pod' in own && own.pod.status, 'error')
  leave()
})

test('a host whose owner watches itself is told of by what that yields', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['watch'] })
  const next = Promise.withResolvers<object>()
  lab.functions = {
    watch: async function* () {
      yield { type: 'snapshot', pods: [{ name: 'own', status: 'up' }] }
      yield await next.promise
    },
  }
  const { changes, told, leave } = watched(host, 'lab')
  await told('snapshot')
  assert.equal(namesOf(changes[0]), ['lab:own'])
  next.resolve({ type: 'removed', name: 'own' })
  await told('removed')
  leave()
})

test('an owner whose first answer is wrong fails the watcher that asked, and the next asks anew', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['list'] })
  lab.functions = { list: () => 'none' }
  await failsWith('bad_answer', () => watched(host, 'lab').over)
  lab.functions = { list: () => [] }
  const { told, leave } = watched(host, 'lab')
  await told('snapshot')
  leave()
})

test.run()
