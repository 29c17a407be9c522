// What is kept of usage, of pods that use what a test says. Not here: what the system says (e2e/pods.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keptPoints, UsageHistory, type UsageHistoryOptions } from '../../../daemon/verbs/usage-history.ts'

type Pods = Record<string, number[]>

class World {
  nowMs = 1_000_000
  root: Pods = {}
  inner: Pods = {}
  asked: number[][] = []
  readonly history = new UsageHistory({
    hosts: {
      root: this.#place('', () => this.root),
      all: () => [this.#place('inner', () => this.inner)],
    } as unknown as UsageHistoryOptions['hosts'],
    settings: { usageInterval: 30_000 },
    clock: { nowMs: () => this.nowMs, wallMs: () => this.nowMs },
    measureAll: async pids => {
      this.asked.push(pids)
      return Object.fromEntries(pids.map(pid => [pid, pid === 13 ? undefined : { cpu: pid, memory: pid * 1000 }]))
    },
  })

  async look(times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      this.nowMs += 30_000
      await this.history.look()
    }
  }

  #place(path: string, pods: () => Pods): object {
    const all = () =>
      Object.entries(pods()).map(([name, pids]) => ({
        supervisor: {
          name,
          hasRuns: pids.length > 0,
          keeping: { status: () => ({ runs: pids.map(pid => ({ pid })) }) },
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

test('UsageHistory tells what each pod used last, and nothing of one that does not run now', async () => {
  const world = new World()
  assert.equal(world.history.last({ path: '' }), [])
  world.root = { web: [1], gone: [9] }
  world.inner = { web: [2] }
  await world.look()
  world.root = { web: [1, 3] }
  await world.look()
  assert.equal(world.history.last({ path: '' }), [
    { path: '', name: 'web', cpu: 4, memory: 4000 },
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

test('UsageHistory measures nothing where its interval is 0', () => {
  const options = { hosts: {}, settings: { usageInterval: 0 }, clock: { nowMs: () => 0, wallMs: () => 0 } }
  new UsageHistory(options as unknown as UsageHistoryOptions).begin()()
})

test.run()
