import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('all() has the pods by name, also when one has come or gone', async () => {
  await using host = await Inside.open()
  const names = () => host.kept.root.pods.all().map(({ supervisor }) => supervisor.name)
  for (const name of ['web', 'api', 'db']) await host.push(name)
  assert.equal(names(), ['api', 'db', 'web'])
  await host.push('cache')
  assert.equal(names(), ['api', 'cache', 'db', 'web'])
  await host.do('pod.remove', { name: 'db' })
  assert.equal(names(), ['api', 'cache', 'web'])
})

test('get() says which pods there are, or how one is pushed', async () => {
  await using host = await Inside.open()
  const { pods } = host.kept.root
  const none = await failsWith('pod_not_found', () => pods.get('web'))
  assert.match(none.hint ?? '', /^Push one first/)
  for (const name of ['b', 'a']) await host.push(name)
  assert.is((await failsWith('pod_not_found', () => pods.get('web'))).hint, 'There are: a, b')
  for (const name of ['c', 'd', 'e', 'f', 'g', 'h', 'i']) await host.push(name)
  assert.is((await failsWith('pod_not_found', () => pods.get('web'))).hint, 'There are: a, b, c, d, e, f, g, h, …')
})

test('get() says of the id of a run which pod it is of', async () => {
  await using host = await Inside.open()
  const { pods } = host.kept.root
  await host.push('web')
  const run = await failsWith('pod_not_found', () => pods.get('web.7'))
  assert.is(run.message, 'There is no pod "web.7": that is a run of "web"')
  assert.is(run.hint, 'For the pod: pod status REMOTE web; for its runs: pod runs REMOTE web')
  assert.is((await failsWith('pod_not_found', () => pods.get('api.7'))).hint, 'There are: web')
})

test('findTicket() knows whose run a ticket is, while that has a process', async () => {
  await using host = await Inside.open()
  const { pods } = host.kept.root
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  const tickets = pods.tickets()
  assert.is(new Set(tickets).size, 2)
  const found = tickets.map(ticket => pods.findTicket(ticket))
  assert.equal(found.map(each => each?.live.ref.number).sort(), [1, 2])
  assert.is(found[0]?.entry.supervisor.name, 'web')
  assert.is(pods.findTicket('another'), undefined)
  await host.do('pod.stop', { name: 'web' })
  assert.equal([pods.tickets(), pods.findTicket(tickets[0] ?? '')], [[], undefined])
})

test('watch() tells of changes, of ends and of pods that are gone, until it is ended', async () => {
  await using host = await Inside.open()
  const told: string[] = []
  const unwatch = host.kept.root.pods.watch({
    onChanged: ({ name, state }) => {
      if (told.at(-1) !== `${name} ${state}`) told.push(`${name} ${state}`)
    },
    onEnded: (_, { run, reason }) => told.push(`${run} ${reason}`),
    onForgotten: name => told.push(`${name} is gone`),
  })
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await host.do('pod.remove', { name: 'web', force: true })
  assert.equal(
    told.filter(each => each !== 'web waiting'),
    ['web idle', 'web up', 'web.1 stopped', 'web idle', 'web is gone'],
  )
  unwatch()
  await host.push('api')
  assert.is(told.at(-1), 'web is gone')
})

test('prune() removes the logs of runs beyond what is kept', async () => {
  await using host = await Inside.open({ settings: { keepRuns: 1 } })
  await host.push('web')
  for (const _ of [1, 2, 3]) {
    await host.do('pod.start', { name: 'web' })
    await host.do('pod.stop', { name: 'web' })
  }
  await host.kept.root.pods.prune()
  const { runs } = await host.do('pod.runs', { name: 'web' })
  assert.equal(
    runs.map(({ id }) => id),
    ['web.3'],
  )
})

test.run()
