// What is kept of usage, of pods that use what a test says. Not here: what the system says (e2e/pods.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keptPoints, UsageHistory, type UsageHistoryOptions } from '../../../daemon/verbs/usage-history.ts'
import { keyOf } from '../../../protocol/changes.ts'

type Pods = Record<string, number[]>

class World {
  nowMs = 1_000_000
  root: Pods = {}
  inner: Pods = {}
  asked: number[][] = []
  requests = new Map<string, number>()
  /** By pod, of each of its runs, in ms; and the pods whose event loops were asked for. */
  lags: Record<string, number[]> = {}
  loops: string[] = []
  /** What the system does not tell now. */
  failing = 'none'
  readonly history = new UsageHistory({
    hosts: {
      root: this.#place('', () => this.root),
      all: () => [this.#place('inner', () => this.inner)],
    } as unknown as UsageHistoryOptions['hosts'],
    settings: { usageInterval: 30_000 },
    clock: { nowMs: () => this.nowMs, wallMs: () => this.nowMs },
    requests: async () => {
      this.#fails('requests')
      return this.requests
    },
    vitals: {
      of: async (_path, asker, isMeant = () => true) => {
        assert.is(asker, 'history')
        this.#fails('lags')
        return Object.entries(this.lags).flatMap(([name, lags]) => {
          if (!isMeant({ path: '', name })) return []
          this.loops.push(name)
          return lags.map((ms, slot) => ({ path: '', name, slot, heapUsed: 1, lag: { p50: 0, p99: ms / 1000 } }))
        })
      },
    },
    measureAll: async pids => {
      this.asked.push(pids)
      this.#fails('measure')
      return Object.fromEntries(pids.map(pid => [pid, pid === 13 ? undefined : { cpu: pid, memory: pid * 1000 }]))
    },
  })

  async look(times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      this.nowMs += 30_000
      await this.history.look()
    }
  }

  #fails(what: string): void {
    if (this.failing === what) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
  }

  #place(path: string, pods: () => Pods): object {
    const all = () =>
      Object.entries(pods()).map(([name, pids]) => ({
        supervisor: {
          name,
          hasRuns: pids.length > 0,
          keeping: { figures: () => ({ processes: pids.map(pid => ({ pid })) }) },
        },
      }))
    return { path, pods: { all } }
  }
}

const memory = (points: { memory?: number }[]) => points.map(one => one.memory)

test('UsageHistory has a point for each time, of all processes of a pod', async () => {
  const world = new World()
  world.root = { web: [1, 2], api: [4] }
  await world.look(2)
  assert.equal(world.history.of({ path: '', name: 'web' }), [
    { at: new Date(1_030_000).toISOString(), cpu: 3, memory: 3000 },
    { at: new Date(1_060_000).toISOString(), cpu: 3, memory: 3000 },
  ])
  assert.equal(
    world.history.of({ path: '', name: 'other' }).map(({ at: _, ...rest }) => rest),
    [{}, {}],
  )
})

test('UsageHistory has nothing where nothing ran, also after a round of all points', async () => {
  const world = new World()
  world.root = { web: [1] }
  await world.look(2)
  world.root = {}
  await world.look(2)
  world.root = { web: [2] }
  await world.look()
  assert.equal(memory(world.history.of({ path: '', name: 'web' })), [1000, 1000, undefined, undefined, 2000])
  world.root = {}
  await world.look(keptPoints - 2)
  const kept = memory(world.history.of({ path: '', name: 'web' }))
  assert.is(kept.length, keptPoints)
  assert.equal(kept.slice(0, 4), [undefined, 2000, undefined, undefined])
  assert.is(kept.at(-1), undefined)
})

test('UsageHistory adds up all pods of a host, and those of the hosts within it', async () => {
  const world = new World()
  world.root = { web: [1] }
  world.inner = { web: [2], api: [3] }
  await world.look()
  assert.equal(memory(world.history.of({ path: '' })), [6000])
  assert.equal(memory(world.history.of({ path: 'inner' })), [5000])
  assert.equal(memory(world.history.of({ path: 'inner', name: 'api' })), [3000])
})

test('UsageHistory tells what each process of a pod with several used last, and leaves out what is gone', async () => {
  const world = new World()
  world.root = { web: [1, 2, 13], api: [4] }
  await world.look()
  const processes = [
    { pid: 1, cpu: 1, memory: 1000 },
    { pid: 2, cpu: 2, memory: 2000 },
  ]
  assert.equal(world.history.last({ path: '' }), [
    { path: '', name: 'web', cpu: 3, memory: 3000, processes },
    { path: '', name: 'api', cpu: 4, memory: 4000 },
  ])
})

test('UsageHistory tells what each pod used last, and nothing of one that does not run now', async () => {
  const world = new World()
  assert.equal(world.history.last({ path: '' }), [])
  world.root = { web: [1], gone: [9] }
  world.inner = { web: [2] }
  await world.look()
  world.root = { web: [1, 3] }
  await world.look()
  assert.equal(world.history.last({ path: '' }), [
    {
      ...{ path: '', name: 'web', cpu: 4, memory: 4000 },
      processes: [
        { pid: 1, cpu: 1, memory: 1000 },
        { pid: 3, cpu: 3, memory: 3000 },
      ],
    },
    { path: 'inner', name: 'web', cpu: 2, memory: 2000 },
  ])
  assert.equal(world.history.last({ path: 'inner', name: 'web' }).length, 1)
})

test('UsageHistory passes over a process that is gone', async () => {
  const world = new World()
  world.root = { web: [12, 13] }
  await world.look()
  assert.equal(memory(world.history.of({ path: '', name: 'web' })), [12_000])
})

test('UsageHistory has requests of pods that gateways tell of, and lag of those that somebody looks at', async () => {
  const world = new World()
  world.root = { web: [1], api: [2] }
  world.lags = { web: [3, 12.34], api: [1] }
  world.requests.set(keyOf({ path: '', name: 'web' }), 1.5)
  await world.look()
  assert.equal(world.loops, [])
  const points = (name?: string) => world.history.of({ path: '', name }).map(({ requests, lagMs }) => [requests, lagMs])
  assert.equal(points('web'), [[1.5, undefined]])
  // They are asked at once, and from then on.
  assert.equal(world.loops, ['web'])
  await world.look()
  assert.equal(world.loops, ['web', 'web'])
  assert.equal(points('web'), [
    [1.5, undefined],
    [1.5, 12.3],
  ])
  points()
  await world.look()
  assert.equal(points(), [
    [1.5, undefined],
    [1.5, 12.3],
    [1.5, 12.3],
  ])
  assert.equal(points('api').at(-1), [undefined, 1])
  world.loops = []
  world.requests.clear()
  await world.look(10)
  assert.equal(world.loops.length, 8)
  assert.equal(points('web').at(-1), [undefined, undefined])
})

test('UsageHistory has requests of a pod that has no process here, once there were some', async () => {
  const world = new World()
  world.root = { web: [1] }
  const [away, quiet] = [
    { path: 'fleet', name: 'web' },
    { path: 'fleet', name: 'quiet' },
  ]
  world.requests = new Map([
    [keyOf(away), 2],
    [keyOf(quiet), 0],
  ])
  await world.look()
  world.requests.set(keyOf(away), 0)
  await world.look()
  const requests = world.history.of(away).map(point => point.requests)
  assert.equal(requests, [2, 0])
  assert.equal(
    [away, quiet, { path: '', name: 'web' }].map(pod => world.history.isElsewhere(pod)),
    [true, false, false],
  )
  assert.equal(world.history.last(away), [])
  // As many points later nothing is known of it.
  world.requests.clear()
  await world.look(keptPoints)
  assert.not(world.history.isElsewhere(away))
})

test('UsageHistory misses what cannot be seen, keeps all the rest, and goes on', async () => {
  const world = new World()
  const key = keyOf({ path: '', name: 'web' })
  world.root = { web: [1] }
  world.lags = { web: [3] }
  world.requests.set(key, 2)
  for (const failing of ['none', 'measure', 'requests', 'none', 'lags']) {
    world.history.of({ path: '', name: 'web' })
    world.failing = failing
    await world.look()
  }
  // It is asked for the first time.
  world.history.of({ path: '', name: 'other' })
  assert.equal(
    world.history.of({ path: '', name: 'web' }).map(({ at: _, ...point }) => point),
    [
      { cpu: 1, memory: 1000, requests: 2, lagMs: 3 },
      { requests: 2, lagMs: 3 },
      { cpu: 1, memory: 1000, lagMs: 3 },
      { cpu: 1, memory: 1000, requests: 2, lagMs: 3 },
      { cpu: 1, memory: 1000, requests: 2 },
    ],
  )
})

test('UsageHistory measures nothing where its interval is 0', () => {
  const options = { hosts: {}, settings: { usageInterval: 0 }, clock: { nowMs: () => 0, wallMs: () => 0 } }
  new UsageHistory(options as unknown as UsageHistoryOptions).begin()()
})

test.run()
