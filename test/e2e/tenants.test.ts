// Three tenants on one host, one of them hostile: each has a path, a token and a quota. What the hostile one tries costs itself alone.
// Not here: what its code may do to the machine, which is up to its isolation (isolation.test.ts).
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Client, connect } from '../../cli/client/client.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import { failsWith } from '../fails.ts'
import { fixture } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('tenants')
const host = new TestHost({ spares: 0, limitInterval: 200 })
const tenants = ['honest', 'quiet', 'hostile'] as const
type Tenant = (typeof tenants)[number]
const clients = new Map<Tenant, Client>()

const bounds = { pods: 4, runs: 3, memory: '600MB', images: '2MB', items: 5 }
const worker = "export const config = { kind: 'worker', min: 0, max: 9, growAt: 1 }\n"
const never = `${worker}export const work = () => new Promise(() => {})\nexport default () => {}\n`
/** Enqueues by itself, past the doors of the host. */
const flood = `let mail
export const enqueue = async n => {
  const all = await Promise.allSettled(Array.from({ length: n }, () => mail.work()))
  const codes = new Set(all.flatMap(({ reason }) => (reason ? [reason.code] : [])))
  return { done: all.filter(({ reason }) => !reason).length, codes: [...codes] }
}
export default (params, bus, p8a) => void (mail = p8a.queue('mail'))
`

async function reach(tenant: Tenant): Promise<void> {
  clients.get(tenant)?.close()
  const { token } = await host.ask('host.token.add', { name: `${tenant}-${host.pid}`, role: 'admin', path: tenant })
  clients.set(tenant, await connect(`127.0.0.1:${host.port}`, { token }))
}

/** Asks at the tenant's own path, or at another. */
async function as<M extends MethodName>(
  tenant: Tenant,
  method: M,
  params: Omit<MethodInput<M>, 'path'> & { path?: string },
): Promise<MethodResults[M]> {
  const client = clients.get(tenant) as Client
  return await client.call(method, { path: tenant, ...params } as unknown as MethodInput<M>)
}

const code = (name: string) => readFileSync(fixture(name), 'utf8')
const push = async (tenant: Tenant, name: string, of = 'greedy') =>
  await as(tenant, 'pod.push', { name, code: code(of) })
const usedBy = async (tenant: Tenant) => {
  const { quotas } = await host.ask('quota.list', { path: tenant })
  const [own] = quotas.filter(({ path }) => path === tenant)
  return own?.used
}

/** The runs of the others: not one may change. */
const others = async () => {
  const all = (['honest', 'quiet'] as const).map(
    async path => (await host.ask('pod.status', { path, name: 'web' })).runs,
  )
  return (await Promise.all(all)).flat().map(({ id, pid, state }) => [id, pid, state])
}
let before: unknown

test.before(async () => {
  await host.up()
  for (const tenant of tenants) {
    await host.push('namespace', tenant)
    await host.begin(tenant, { params: { name: tenant } })
    await host.ask('quota.set', { tenant, bounds })
    await reach(tenant)
  }
  for (const tenant of ['honest', 'quiet'] as const) {
    await push(tenant, 'web')
    await as(tenant, 'pod.start', { name: 'web' })
  }
  before = await others()
})
test.after(async () => {
  for (const client of clients.values()) client.close()
  await host.dispose()
})
test.after.each(async () => {
  await until(async () => isDeepStrictEqual(await others(), before), 'the others have not noticed')
})

test('a tenant sees its own quota with what it uses, and can neither change it nor see that of another', async () => {
  const { quotas } = await as('hostile', 'quota.list', {})
  assert.equal(
    quotas.map(({ path, bounds: { pods } }) => [path, pods]),
    [['hostile', 4]],
  )
  for (const [path, tenant] of [
    ['', 'hostile'],
    ['', 'quiet'],
    ['quiet', 'inner'],
  ] as const)
    await failsWith('forbidden', () => as('hostile', 'quota.set', { path, tenant, bounds: { pods: 1000 } }))
  await failsWith('bad_name', () => as('hostile', 'quota.set', { tenant: '', bounds: { pods: 1000 } }))
  for (const method of ['quota.list', 'pod.list'] as const)
    await failsWith('forbidden', () => as('hostile', method, { path: 'quiet' }))
  assert.match(await host.ok('quota', 'local'), /\nhonest +1 of 4 +1 of 3 .*\nhostile +0 of 4 +0 of 3 /)
})

test('pods, runs and images beyond a quota are refused, however they are asked for', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `pod${at}`)
  const pushed = await Promise.allSettled(names.map(name => push('hostile', name)))
  assert.is(pushed.filter(({ status }) => status === 'fulfilled').length, 4)
  const { pods } = await as('hostile', 'pod.list', {})
  const [one = '', two = '', three = '', four = ''] = pods.map(({ name }) => name)
  const started = await Promise.allSettled(
    [one, two, three, four].map(name => as('hostile', 'pod.start', { name, config: { restart: 'never' } })),
  )
  assert.is(started.filter(({ status }) => status === 'fulfilled').length, 3)
  const up = [one, two, three, four].find((_, at) => started[at]?.status === 'fulfilled') ?? ''
  const refused = await failsWith('quota_exceeded', () => as('hostile', 'pod.scale', { name: up, scale: 500 }))
  assert.match(refused.message, /"hostile" may have 3 runs, and has 3; this would be 49\d more/)
  const large = `// ${'x'.repeat(3 * 1024 * 1024)}\n`
  await failsWith('quota_exceeded', () => as('hostile', 'pod.push', { name: one, code: `${code('greedy')}${large}` }))
  for (const { name } of pods) await as('hostile', 'pod.remove', { name, force: true })
  assert.equal(await usedBy('hostile'), { pods: 0, runs: 0, memory: 0, images: 0, items: 0 })
})

test('a host that a tenant makes within its own counts for it', async () => {
  await push('hostile', 'deep', 'namespace')
  await as('hostile', 'pod.start', { name: 'deep', params: { name: 'deep' } })
  await until(async () => (await host.ask('host.info', {})).hosts.includes('hostile.deep'), 'it is mounted')
  const path = 'hostile.deep'
  const pushed = await Promise.allSettled(
    ['a', 'b', 'c', 'd', 'e'].map(name => as('hostile', 'pod.push', { path, name, code: code('greedy') })),
  )
  assert.is(pushed.filter(({ status }) => status === 'fulfilled').length, 3)
  await as('hostile', 'pod.remove', { name: 'deep', force: true })
})

test('memory beyond a quota ends the largest run of that tenant, which says so', async () => {
  for (const name of ['small', 'large']) {
    await push('hostile', name)
    await as('hostile', 'pod.start', { name, config: { restart: 'never' } })
  }
  await as('hostile', 'pod.call', { name: 'small', fn: 'eat', args: [100] })
  const eating = as('hostile', 'pod.call', { name: 'large', fn: 'eatInChild', args: [700] })
  const end = await until(async () => {
    const { runs } = await as('hostile', 'pod.runs', { name: 'large' })
    return runs[0]?.end
  }, 'it was ended')
  await eating.catch(() => {})
  assert.is(end.reason, 'limit')
  assert.match(end.message ?? '', /^memory quota 600 MB of hostile \(was \d+ MB in all\)$/)
  assert.is((await as('hostile', 'pod.status', { name: 'small' })).status, 'up')
  assert.match((await as('hostile', 'pod.status', { name: 'large' })).text, 'memory quota 600 MB of hostile')
  const { events } = await host.ask('events.list', { types: ['limit-hit'] })
  assert.equal(
    events.map(({ path, pod }) => [path, pod]),
    [['hostile', 'large']],
  )
  for (const name of ['small', 'large']) await as('hostile', 'pod.remove', { name, force: true })
})

test('items and the growth of workers beyond a quota are refused, by whatever door they come', async () => {
  await as('hostile', 'pod.push', { name: 'mail', code: never })
  await as('hostile', 'pod.start', { name: 'mail' })
  await as('hostile', 'pod.push', { name: 'flood', code: flood })
  await as('hostile', 'pod.start', { name: 'flood' })
  const { value } = await as('hostile', 'pod.call', { name: 'flood', fn: 'enqueue', args: [40] })
  assert.equal(value, { done: 5, codes: ['quota_exceeded'] })
  const refused = await failsWith('quota_exceeded', () => as('hostile', 'queue.add', { name: 'mail', fn: 'work' }))
  assert.match(refused.message, 'Cannot enqueue for pod "mail": "hostile" may have 5 items, and 5 wait or run')
  // A run for each of five is wanted; the queue and whoever enqueues have two of three.
  await until(async () => {
    const { entries } = await host.ask('pod.logs', { path: 'hostile', name: 'queue' })
    return entries.some(({ text }) => /mail: Cannot run pod "mail": "hostile" may have 3 runs, and has 3/.test(text))
  }, 'the queue says why it grows no more')
  const used = await usedBy('hostile')
  assert.equal([used?.runs, used?.items], [3, 5])
})

test('the queues of hosts within one another have a quota together, and what one does not need is for the other', async () => {
  const [path, deep] = ['nested', 'nested.deep']
  await host.push('namespace', path)
  await host.begin(path, { params: { name: path } })
  await host.ask('pod.push', { path, name: 'deep', code: code('namespace') })
  await host.ask('pod.start', { path, name: 'deep', params: { name: 'deep' } })
  await until(async () => (await host.ask('host.info', {})).hosts.includes(deep), 'it is mounted')
  await host.ask('quota.set', { tenant: path, bounds: { items: 6 } })
  for (const at of [path, deep]) {
    await host.ask('pod.push', { path: at, name: 'mail', code: never })
    await host.ask('pod.start', { path: at, name: 'mail' })
  }
  const items = async () => (await host.ask('quota.list', { path })).quotas[0]?.used.items
  const add = async (at: string) => await host.ask('queue.add', { path: at, name: 'mail', fn: 'work' })
  await add(path)
  await until(async () => {
    await add(deep).catch(error => assert.is(error.code, 'quota_exceeded'))
    return (await items()) === 6
  }, 'the inner queue has all that is left')
  for (const at of [path, deep]) await failsWith('quota_exceeded', () => add(at))
  await host.remove(path)
})

test('the next host has the quotas, and finds what is used of them', async () => {
  const was = await usedBy('hostile')
  await host.killHost()
  await host.up()
  for (const tenant of tenants) await reach(tenant)
  const now = await until(async () => {
    const used = await usedBy('hostile')
    return used?.items === 5 && used
  }, 'the queue is there again')
  assert.equal([now.pods, now.runs, now.images], [was?.pods, was?.runs, was?.images])
  await failsWith('quota_exceeded', () => as('hostile', 'queue.add', { name: 'mail', fn: 'work' }))
  await host.ok('quota', 'local', 'hostile', '--items', '6')
  await as('hostile', 'queue.add', { name: 'mail', fn: 'work' })
  await failsWith('quota_exceeded', () => as('hostile', 'queue.add', { name: 'mail', fn: 'work' }))
  await host.ok('quota', 'local', 'hostile', '--none')
  await as('hostile', 'queue.add', { name: 'mail', fn: 'work' })
  assert.equal((await as('hostile', 'quota.list', {})).quotas, [])
})

test.run()
