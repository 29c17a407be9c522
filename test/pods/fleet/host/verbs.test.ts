// What the fleet answers while its hosts do what is wanted: one host, which tells what the test lets it tell.
import type { Handlers, P8a } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { answer } from '../../../../pods/fleet/host/answering.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { fleetVerbs } from '../../../../pods/fleet/host/verbs.ts'
import type { PodView } from '../../../../pods/fleet/host/view.ts'
import { type HostRecord, type PodRecord, type Report, reportKey, writeRecord } from '../../../../pods/fleet/records.ts'
import { errorOf } from '../../../fails.ts'
import { until } from '../../../until.ts'
import { podRecord } from '../pod-record.ts'

const test = suite('verbs')

const host: HostRecord = {
  ...{ v: 1, name: 'a', id: 'id', session: 's', beat: 1, tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {} },
  isFenced: false,
}
const pod: PodRecord = { ...podRecord, assigned: { a: 1 } }
const told: Omit<Report, 'up' | 'runs'> = { status: 'up', text: '', turn: 1, version: 1, restarts: 0, failed: '' }

/** A fleet in which so many runs of `web` are wanted and up. */
async function fleetOf(scale: number) {
  const hub = new Hub()
  const engine = new EmbeddedEngine(hub)
  const tables = new Tables(() => 0)
  const ending = new AbortController()
  const tell = (up: number, more: Partial<Report> = {}) => {
    const runs = Array.from({ length: up }, (_, at) => ({ id: `web.${at + 1}` }))
    hub.set(reportKey('a', 'web'), writeRecord('report', { v: 1, report: { ...told, up, runs, ...more } }))
  }
  hub.set('host.a', writeRecord('host', host))
  hub.set('pod.web', writeRecord('pod', { ...pod, scale }))
  tell(scale)
  const going = tables.follow(engine.state, ending.signal)
  await until(() => tables.isSynced, 'all is known')
  const reaching = { of: () => undefined }
  const still = { why: '' }
  const stillness = () => still.why
  const own = { engine, tables, reaching, host: 'a', path: 'fleet.a', isAlive: () => true, stillness }
  const verbs = fleetVerbs(own as never)
  const asked = { wait: true, signal: ending.signal } as never
  return {
    tell,
    hub,
    engine,
    tables,
    still,
    wake: async () => (await (verbs.wake as NonNullable<Handlers['wake']>)('web', asked)) as PodView,
    start: async () => (await (verbs.start as NonNullable<Handlers['start']>)('web', {}, {}, asked)) as PodView,
    reload: async () => await (verbs.reload as NonNullable<Handlers['reload']>)('web', asked),
    rollback: async () => await (verbs.rollback as NonNullable<Handlers['rollback']>)('web', asked),
    stop: async (name: string) => await (verbs.stop as NonNullable<Handlers['stop']>)(name, asked),
    sleep: async () => (await (verbs.sleep as NonNullable<Handlers['sleep']>)('web', asked)) as PodView,
    usage: async (name: string | undefined, last: boolean) =>
      await (verbs.usage as NonNullable<Handlers['usage']>)(name, { ...(asked as object), last } as never),
    scale: async (to: number) => (await (verbs.scale as NonNullable<Handlers['scale']>)('web', to, asked)) as PodView,
    async [Symbol.asyncDispose]() {
      ending.abort()
      await going
    },
  }
}

test('start() of a pod that waits answers how it is once it was looked where it can be, and not why it waited before', async () => {
  await using fleet = await fleetOf(1)
  const image = {
    ...{ version: 1, blob: 'b', hash: 'h', size: 1, exports: [], kind: 'service', own: {}, at: '', by: 'ann' },
  } as unknown as PodRecord['images'][number]
  const waiting = { ...pod, images: [image], assigned: {}, tags: ['gpu'], waits: 'no host has the tag "gpu"' }
  fleet.hub.set('pod.web', writeRecord('pod', waiting))
  await until(() => fleet.tables.pods.get('web')?.record.waits, 'it waits')
  const started = fleet.start()
  const changed = await until(() => {
    const record = fleet.tables.pods.get('web')?.record
    return record?.turn === 2 && record
  }, 'it is to be started')
  fleet.hub.set('pod.web', writeRecord('pod', { ...changed, assigned: { a: 1 } }))
  fleet.tell(1, { turn: 2 })
  assert.is((await started).status, 'up')
})

test('what is asked of a pod that is not there, or has no such version, says where to look', async () => {
  await using fleet = await fleetOf(1)
  const stepsOf = async (asked: () => Promise<unknown>) => ((await errorOf(asked)) as { steps?: unknown }).steps
  const versions = [{ text: 'See those that are kept', do: { verb: 'versions', args: ['web'] } }]
  assert.equal(await stepsOf(() => fleet.start()), versions)
  assert.equal(await stepsOf(() => fleet.reload()), versions)
  assert.equal(await stepsOf(() => fleet.rollback()), versions)
  const pods = [{ text: 'See those that there are', do: { verb: 'status' } }]
  assert.equal(await stepsOf(() => fleet.stop('other')), pods)
  assert.equal(await stepsOf(() => fleet.usage('other', true)), pods)
})

test('usage() tells what all runs of a pod use, wherever they are, and nothing of a pod of which nothing is known', async () => {
  await using fleet = await fleetOf(2)
  assert.equal(await fleet.usage(undefined, true), { everyMs: 0, points: [], pods: [] })
  const runs = [
    { id: 'web.1', cpu: 1.5, memory: 10 },
    { id: 'web.2', cpu: 2, memory: 20 },
  ]
  fleet.tell(2, { runs })
  await until(() => fleet.tables.hosts.get('a')?.record.pods.web?.runs[0]?.memory, 'it is told')
  const pods = [{ name: 'web', cpu: 3.5, memory: 30 }]
  assert.equal(await fleet.usage(undefined, true), { everyMs: 0, points: [], pods })
  assert.equal(await fleet.usage('web', true), { everyMs: 0, points: [], pods })
  assert.match((await errorOf(() => fleet.usage('other', true))).message, /no pod "other"/)
})

test('usage() adds up what hosts have measured, and what their gateways have asked, also where no run is', async () => {
  await using fleet = await fleetOf(1)
  const at = '2026-01-01T00:00:00.000Z'
  const past = (more: object) => ({ everyMs: 30_000, points: [{ at, ...more }] })
  const refused = async () => {
    throw Object.assign(new Error('no such pod'), { code: 'pod_not_found' })
  }
  const serve = (host: string, runs: () => Promise<unknown>, asked: () => Promise<unknown>) => {
    const p8a = { verbs: { ask: runs } } as unknown as P8a
    return answer(fleet.engine.bus, { p8a, own: { usage: asked as never }, host, path: `fleet.${host}` })
  }
  fleet.hub.set('host.b', writeRecord('host', { ...host, name: 'b', id: 'id-b' }))
  fleet.hub.set('host.c', writeRecord('host', { ...host, name: 'c', id: 'id-c' }))
  await until(() => fleet.tables.hosts.size === 3, 'all are known')
  const serving = [
    serve('a', async () => past({ cpu: 2, memory: 10, lagMs: 1 }), refused),
    serve('b', refused, async () => past({ requests: 1.5 })),
    serve('c', refused, refused),
  ]
  assert.equal(await fleet.usage('web', false), past({ cpu: 2, memory: 10, requests: 1.5, lagMs: 1 }))
  for (const each of serving) each.close()
})

for (const [from, to] of [
  [1, 3],
  [3, 1],
] as const) {
  test(`a pod that is scaled from ${from} to ${to} is told once it has so many runs`, async () => {
    await using fleet = await fleetOf(from)
    const order: string[] = []
    const scaled = fleet.scale(to).then(status => {
      order.push('answered')
      return status
    })
    await until(() => fleet.tables.pods.get('web')?.record.scale === to, 'it is known how many are wanted')
    order.push('done')
    fleet.tell(to)
    const { scale, up, runs } = await scaled
    assert.equal(order, ['done', 'answered'])
    assert.equal([scale, up, runs.length], [to, to, to])
  })
}

test('a worker that is scaled is told at once, since its queue says how many runs it has', async () => {
  await using fleet = await fleetOf(2)
  fleet.tell(4, { isEnough: true })
  assert.is((await fleet.scale(1)).runs.length, 4)
})

test('the same scale as before is told at once', async () => {
  await using fleet = await fleetOf(2)
  assert.is((await fleet.scale(2)).up, 2)
})

test('start() answers at once where nothing is moved, and says why', async () => {
  await using fleet = await fleetOf(1)
  const image = {
    ...{ version: 1, blob: 'b', hash: 'h', size: 1, exports: [], kind: 'service', own: {}, at: '', by: 'ann' },
  } as unknown as PodRecord['images'][number]
  fleet.hub.set('pod.web', writeRecord('pod', { ...pod, images: [image], want: 'idle', assigned: {} }))
  await until(() => fleet.tables.pods.get('web')?.record.want === 'idle', 'it is idle')
  fleet.still.why = '2 of 4 hosts are gone at once'
  const { status, text } = await fleet.start()
  assert.is(status, 'waiting')
  assert.match(text, /2 of 4 hosts are gone at once$/)
})

test('a pod that waits is waited for only while the engine tells of it', async () => {
  await using fleet = await fleetOf(1)
  fleet.tell(0, { status: 'waiting' })
  await until(() => fleet.tables.hosts.get('a')?.record.pods.web?.up === 0, 'it is told')
  const waked = fleet.wake()
  fleet.tell(1)
  assert.is((await waked).status, 'up')
  fleet.tell(0, { status: 'waiting' })
  await until(() => fleet.tables.hosts.get('a')?.record.pods.web?.up === 0, 'it is told')
  fleet.engine.isUp = false
  await until(() => !fleet.tables.isSynced, 'it is away')
  assert.is((await fleet.wake()).status, 'waiting')
})

test('a pod is put to sleep on the hosts where it is up, and the answer says so; an exclusive one is not', async () => {
  await using fleet = await fleetOf(1)
  const asked: unknown[] = []
  const labels = { 'p8a/fleet': '1/1' }
  const status = { status: 'idle', text: '', want: 'up', up: 0, restarts: 0, runs: [], labels, config: {} }
  const verbs = {
    ask: async (method: string, params: object) => {
      asked.push([method, params])
      return { ...status, asleepSince: '2026-01-01T00:00:00.000Z' }
    },
  }
  const own = { usage: async () => ({ everyMs: 0, points: [] }) }
  const serving = answer(fleet.engine.bus, { p8a: { verbs } as unknown as P8a, own, host: 'a', path: 'fleet.a' })
  const { asleepSince, text } = await fleet.sleep()
  assert.equal([asleepSince, text], ['2026-01-01T00:00:00.000Z', 'asleep on a'])
  assert.equal(asked, [['pod.sleep', { name: 'web', wait: true, path: 'fleet.a' }]])
  fleet.hub.set('pod.web', writeRecord('pod', { ...pod, scale: 1, isExclusive: true }))
  await until(() => fleet.tables.pods.get('web')?.record.isExclusive, 'it is told')
  const refused = await fleet.sleep().then(
    () => undefined,
    error => error as Error,
  )
  assert.match(refused?.message ?? '', /cannot sleep: it is exclusive/)
  serving.close()
})

test.run()
