// Who is watched, and what is done with whoever is over: with processes that a test makes up. Real ones: e2e/bounds.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Bounds, type BoundsSeams } from '../../../daemon/bounds/bounds.ts'
import { Quotas } from '../../../daemon/bounds/quotas.ts'
import type { Over } from '../../../daemon/lifecycle/bounds.ts'
import type { Listed } from '../../../daemon/system/process-list.ts'
import { until } from '../../until.ts'

class World {
  all: Listed[] = []
  killed: number[] = []
  signals: string[] = []
  overs: Over[] = []
  nowMs = 0
  readonly quotas = new Quotas()
  inFiles = 0
  readonly bounds = new Bounds(
    {
      settings: { limitInterval: 3_600_000 },
      log: { warn: () => {}, error: () => {} },
      clock: { nowMs: () => this.nowMs },
      processes: {
        list: async () => [...this.all],
        limit: async () => {},
        signalGroup: async (_: unknown, signal: string) => void this.signals.push(signal),
        signal: async ({ pid }: { pid: number }) => {
          this.killed.push(pid)
          this.all = this.all.filter(one => one.pid !== pid)
          return true
        },
      },
    } as unknown as BoundsSeams,
    this.quotas,
    pids => (pids.length > 0 ? this.inFiles : 0),
  )

  put(pid: number, parent: number, { session = 10, memory = 1 } = {}): void {
    this.all.push({ pid, parent, session, startTime: String(pid), memory })
  }

  async hold(limits: object, hasOwnMounts = false): Promise<void> {
    await this.bounds.hold({
      hasOwnMounts,
      key: 'web.1',
      leader: { pid: 10, startTime: '10' },
      limits,
      storage: '/no/such/storage',
      onOver: over => void this.overs.push(over),
    })
  }
}

test('Bounds asks for another run once one was over its memory twice, and again only later', async () => {
  const world = new World()
  world.put(10, 1, { memory: 80 })
  world.put(11, 10, { session: 11, memory: 30 })
  await world.hold({ memory: 100, memoryMax: 1000 })
  await world.bounds.look()
  assert.is(world.overs.length, 0)
  await world.bounds.look()
  await world.bounds.look()
  assert.equal(world.overs, [{ said: 'memory limit 100 B (was 110 B)', isHard: false }])
  world.nowMs = 60_000
  await world.bounds.look()
  assert.is(world.overs.length, 2)
  assert.equal(world.bounds.usedBy('web.1'), { memory: 110, processes: 2 })
  world.bounds.detach()
})

test('Bounds counts files that lie in memory for a run that has mounts of its own', async () => {
  for (const [hasOwnMounts, memory] of [
    [true, 101],
    [false, 1],
  ] as const) {
    const world = new World()
    world.put(10, 1)
    world.inFiles = 100
    await world.hold({ memoryMax: 50 }, hasOwnMounts)
    await world.bounds.look()
    assert.is(world.bounds.usedBy('web.1')?.memory, memory)
    assert.equal(
      world.overs.map(({ said }) => said),
      hasOwnMounts ? ['memory limit 50 B (was 101 B)'] : [],
    )
    assert.is(await world.bounds.memoryOf(''), memory)
    world.bounds.detach()
  }
})

test('Bounds kills what is over its hard limit, with whoever has left its group, whose parent is gone', async () => {
  const world = new World()
  world.put(10, 1)
  world.put(11, 10, { session: 11 })
  world.put(12, 11, { session: 11 })
  world.put(13, 1, { session: 13 })
  await world.hold({ processes: 3 })
  await world.bounds.look()
  assert.is(world.overs.length, 0)
  // It goes, and what it has started is of its session still.
  world.all = world.all.filter(({ pid }) => pid !== 11)
  world.put(14, 10)
  world.put(15, 12, { session: 11 })
  await world.bounds.look()
  assert.equal(world.overs, [{ said: 'process limit 3 (were 4)', isHard: true }])
  await until(() => world.signals.length === 2, 'all is killed')
  assert.equal(
    [world.killed.sort(), world.signals],
    [
      [12, 15],
      ['SIGSTOP', 'SIGKILL'],
    ],
  )
  world.bounds.detach()
})

test('Bounds ends the largest run of a tenant whose memory is more than its quota, also one that has no limits and was there before', async () => {
  const world = new World()
  const overs: string[] = []
  const know = (key: string, pid: number) => {
    const leader = { pid, startTime: String(pid) }
    world.bounds.know({
      key,
      leader,
      storage: '/nowhere',
      limits: {},
      onOver: ({ said }) => void overs.push(`${key}: ${said}`),
    })
  }
  for (const [pid, memory] of [
    [10, 30],
    [20, 50],
    [30, 900],
  ] as const)
    world.put(pid, 1, { session: pid, memory })
  know('team.small.1', 10)
  know('team.tools.large.1', 20)
  know('teamwork.web.1', 30)
  await world.bounds.look()
  assert.equal(overs, [], 'nothing bounds them yet')
  world.quotas.replace(new Map([['team', { memory: 60 }]]))
  assert.is(await world.bounds.memoryOf('team'), 80)
  await world.bounds.look()
  assert.equal(overs, ['team.tools.large.1: memory quota 60 B of team (was 80 B in all)'])
  await until(() => world.signals.includes('SIGKILL'), 'it is killed')
  await world.bounds.look()
  assert.is(overs.length, 1, 'the rest fits')
  world.bounds.detach()
})

test('Bounds looks at nobody who has no such limit, whose pid another has, or who was let go', async () => {
  const world = new World()
  world.put(10, 1, { memory: 500 })
  await world.hold({ files: 64 })
  await world.bounds.look()
  await world.hold({ memoryMax: 100 })
  world.bounds.drop('web.1')
  await world.bounds.look()
  await world.hold({ memoryMax: 100 })
  world.all = world.all.map(one => ({ ...one, startTime: 'later' }))
  await world.bounds.look()
  assert.equal(world.overs, [])
  world.bounds.detach()
})

test.run()
