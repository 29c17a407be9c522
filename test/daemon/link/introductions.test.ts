import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Meeting, Subscriber } from '../../../protocol/calls.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'
import type { Shim } from '../inside/shim.ts'

/** `web` with as many runs as are asked for, and `asker`, each of which is up. */
async function opened({ scale = 1, settings = {} } = {}) {
  const host = await Inside.open({ settings })
  for (const name of ['asker', 'web']) await host.push(name)
  await host.do('pod.start', { name: 'asker' })
  await host.do('pod.start', { name: 'web', config: { scale } })
  return { host, asker: host.machine.shimOf('asker.1') }
}

async function resolve(shim: Shim, name: string, have: string[] = []): Promise<Meeting[]> {
  return (await shim.peer?.request('resolve', { name, have })) ?? []
}

async function subscribers(shim: Shim, path = '', have: string[] = []): Promise<Subscriber[]> {
  return (await shim.peer?.request('subscribers', { path, have })) ?? []
}

const admissions = (shim: Shim) => shim.told.flatMap(([method, params]) => (method === 'admit' ? [params] : []))
const moves = (shim: Shim) => shim.told.flatMap(([method, params]) => (method === 'moved' ? [params] : []))
const by = { name: 'asker.1', role: 'read', path: '' }
const runsOf = (meetings: Meeting[]) => meetings.map(({ run }) => run).sort()

test('resolve() says where each run of a pod listens, which are told to let the asker in', async () => {
  const { host, asker } = await opened({ scale: 2 })
  await using _ = host
  const met = await resolve(asker, 'web')
  assert.equal(runsOf(met), ['web.1', 'web.2'])
  for (const { run, grant, socket } of met) {
    assert.equal(admissions(host.machine.shimOf(run)), [{ caller: 'asker.1', by, grant, socket }])
  }
  assert.is(new Set(met.map(({ grant }) => grant)).size, 2)
})

test('resolve() gives no grant for a run that the asker has already', async () => {
  const { host, asker } = await opened({ scale: 2 })
  await using _ = host
  const met = await resolve(asker, 'web', ['web.1'])
  assert.equal(
    met.find(({ run }) => run === 'web.1'),
    { run: 'web.1' },
  )
  assert.ok(met.find(({ run }) => run === 'web.2')?.grant)
  assert.equal(admissions(host.machine.shimOf('web.1')), [])
})

test('resolve() means one run by its id', async () => {
  const { host, asker } = await opened({ scale: 2 })
  await using _ = host
  assert.equal(runsOf(await resolve(asker, 'web.2')), ['web.2'])
})

test('resolve() fails for what is not there, or is down', async () => {
  const { host, asker } = await opened()
  await using _ = host
  await failsWith('pod_not_found', () => resolve(asker, 'other'))
  await failsWith('run_not_found', () => resolve(asker, 'web.9'))
  await failsWith('host_not_found', () => resolve(asker, 'lab.web'))
  await host.do('pod.stop', { name: 'web' })
  await failsWith('pod_not_up', () => resolve(asker, 'web'))
})

test('resolve() means the owner of the own host where that reaches what is not up there, until it is', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['reach'] })
  const own = async (method: 'pod.push' | 'pod.start', params: object) =>
    await lab.peer?.request('verb', { method, params: { path: 'lab', ...params } })
  for (const name of ['clerk', 'web']) await own('pod.push', { name, code: 'export default () => {}' })
  await own('pod.start', { name: 'clerk' })
  const clerk = host.machine.shimOf('clerk.1')
  for (const name of ['web', 'other']) assert.equal(await resolve(clerk, name), [{ run: name, relay: true }])
  await failsWith('run_not_found', () => resolve(clerk, 'clerk.9'))
  lab.functions = { reach: (name: string, fn: string, args: unknown[]) => `${name} ${fn} ${args}` }
  const called = { name: 'web', fn: 'greet', args: ['Ada'], timeoutMs: 5000, hops: 0 }
  assert.equal(await clerk.peer?.request('call', called), { value: 'web greet Ada' })
  await own('pod.start', { name: 'web' })
  await until(() => moves(clerk).some(one => (one as { name: string }).name === 'web'), 'it is told')
  const met = await resolve(clerk, 'web')
  assert.equal(runsOf(met), ['lab.web.1'])
  assert.ok(
    met.every(({ reaches }) => reaches),
    'what its end cuts off may be done elsewhere too',
  )
})

test('resolve() waits for a run that is up and has not dialled this host yet', async () => {
  const { host, asker } = await opened()
  await using _ = host
  const web = host.machine.shimOf('web.1')
  web.unlink()
  await until(() => !host.kept.root.pods.get('web').supervisor.runs.get(1)?.peer, 'its link is gone', { everyMs: 1 })
  const met = resolve(asker, 'web')
  web.dial('up')
  assert.equal(runsOf(await met), ['web.1'])
})

test('resolve() fails where no run lets anybody in', async () => {
  const { host, asker } = await opened()
  await using _ = host
  host.machine.shimOf('web.1').refusesCallers = true
  assert.match((await failsWith('pod_not_up', () => resolve(asker, 'web'))).message, /accepts no calls/)
  assert.ok(host.said.includes('it did not let asker.1 in'))
})

test('resolve() does not wait for a run that is busy, and tells the asker when that has let it in', async () => {
  const { host, asker } = await opened({ scale: 2 })
  await using _ = host
  const busy = Promise.withResolvers<void>()
  host.machine.shimOf('web.2').isFree = busy.promise
  assert.equal(runsOf(await resolve(asker, 'web')), ['web.1'])
  assert.equal(moves(asker), [])
  busy.resolve()
  await until(() => moves(asker).length > 0, 'it is told')
  assert.equal(moves(asker), [{ name: 'web' }])
})

test('the asker is told when a name that it has resolved means other runs', async () => {
  const { host, asker } = await opened()
  await using _ = host
  await resolve(asker, 'web')
  await host.do('pod.scale', { name: 'web', scale: 2 })
  await until(() => moves(asker).length === 1, 'it is told')
  await host.do('pod.stop', { name: 'web' })
  await host.do('pod.start', { name: 'asker' }).catch(() => {})
  assert.equal(moves(asker).at(-1), { name: 'web' })
})

test('resolve() means by a group the runs of its pods that are up, with their shares, and the asker is told of other ones', async () => {
  const { host, asker } = await opened()
  await using _ = host
  await host.push('new')
  await host.do('pod.group', { name: 'all', members: { web: 90, new: 10 } })
  const member = (pod: string, weight: number) => ({ pod, weight })
  assert.equal(
    (await resolve(asker, 'all')).map(({ member }) => member),
    [member('web', 90)],
  )
  await host.do('pod.start', { name: 'new' })
  await until(() => moves(asker).length === 1, 'it is told of a pod that is up')
  const met = await resolve(asker, 'all', ['web.1'])
  assert.equal(
    met.find(({ run }) => run === 'web.1'),
    { run: 'web.1', member: member('web', 90) },
  )
  assert.equal(met.find(({ run }) => run === 'new.1')?.member, member('new', 10))
  await host.do('pod.group', { name: 'all', members: { web: 0, new: 10 } })
  await until(() => moves(asker).length === 2, 'it is told of other weights')
  assert.equal(
    (await resolve(asker, 'all')).map(({ run }) => run),
    ['new.1'],
  )
  await host.do('pod.stop', { name: 'new' })
  await failsWith('pod_not_up', () => resolve(asker, 'all'))
  await host.do('pod.group', { name: 'web', members: { new: 1, web: 0 } })
  await failsWith('pod_not_up', () => resolve(asker, 'web'))
})

test('resolve() relays calls from outside to a host whose pod answers them itself', async () => {
  const { host, asker } = await opened()
  await using _ = host
  const lab = await host.mount('lab', { handles: ['call'] })
  assert.equal(await resolve(asker, 'lab.web'), [{ run: 'lab.web', relay: true }])
  await lab.peer?.request('verb', {
    method: 'pod.push',
    params: { path: 'lab', name: 'web', code: 'export default () => {}' },
  })
  await lab.peer?.request('verb', { method: 'pod.start', params: { path: 'lab', name: 'web' } })
  const [met] = await resolve(lab, 'lab.web')
  assert.equal([met?.run, met?.relay], ['lab.web.1', undefined])
})

test('subscribers() names who subscribes at a path, with the patterns of each', async () => {
  const { host, asker } = await opened({ scale: 2 })
  await using _ = host
  const [one, two] = ['web.1', 'web.2'].map(run => host.machine.shimOf(run))
  await one?.peer?.request('subscribe', {
    subscriptions: [
      { path: '', pattern: 'orders.*' },
      { path: '', pattern: 'mail' },
    ],
  })
  await two?.peer?.request('subscribe', { subscriptions: [{ path: '', pattern: 'mail' }] })
  const found = await subscribers(asker)
  assert.equal(found.map(({ run, patterns }) => [run, patterns]).sort(), [
    ['web.1', ['orders.*', 'mail']],
    ['web.2', ['mail']],
  ])
  assert.equal(runsOf(await subscribers(asker, '', ['web.1'])), ['web.1', 'web.2'])
})

test('subscribe() takes the place of what was before, and publishers are told', async () => {
  const { host, asker } = await opened()
  await using _ = host
  assert.equal(await subscribers(asker), [])
  const web = host.machine.shimOf('web.1')
  await web.peer?.request('subscribe', { subscriptions: [{ path: '', pattern: 'mail' }] })
  await until(() => moves(asker).length === 1, 'it is told')
  assert.equal(moves(asker), [{ name: null }])
  await web.peer?.request('subscribe', { subscriptions: [] })
  assert.equal(await subscribers(asker), [])
})

test('a run whose link is gone subscribes to nothing', async () => {
  const { host, asker } = await opened()
  await using _ = host
  const web = host.machine.shimOf('web.1')
  await web.peer?.request('subscribe', { subscriptions: [{ path: '', pattern: 'mail' }] })
  web.unlink()
  await until(() => !host.kept.root.pods.get('web').supervisor.runs.get(1)?.peer, 'its link is gone', { everyMs: 1 })
  assert.equal(await subscribers(asker), [])
})

test('subscribe() and subscribers() are for the own host and those within', async () => {
  const { host } = await opened()
  await using _ = host
  const lab = await host.mount('lab')
  for (const [method, params] of [
    ['pod.push', { path: 'lab', name: 'web', code: 'export default () => {}' }],
    ['pod.start', { path: 'lab', name: 'web' }],
  ] as const) {
    await lab.peer?.request('verb', { method, params })
  }
  const inner = host.machine.shims.at(-1)
  const subscriptions = [{ path: '', pattern: 'mail' }]
  await failsWith('unsupported', () => inner?.peer?.request('subscribe', { subscriptions }))
  await failsWith('unsupported', () => inner?.peer?.request('subscribers', { path: '', have: [] }))
})

test.run()
