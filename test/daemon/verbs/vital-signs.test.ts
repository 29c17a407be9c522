// How runs are asked for their heap and their event loop; the runs are the test's. Not here: what a real run answers (e2e/metrics.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LiveRun } from '../../../daemon/pod/live-run.ts'
import type { Hosts } from '../../../daemon/tree/hosts.ts'
import type { LagAsker } from '../../../daemon/verbs/lag-seen.ts'
import { VitalSigns } from '../../../daemon/verbs/vital-signs.ts'

const clock = { nowMs: () => 0 }
const vitals = { heapUsed: 5, lag: { p50: 0, p99: 0.1 }, log: { lines: 1, bytes: 40, lost: 0 } }

function hostsOf(
  path: string,
  runs: Record<string, (() => Promise<unknown>) | undefined>,
): Pick<Hosts, 'root' | 'all'> {
  const pods = Object.entries(runs).map(([name, request]) => ({
    supervisor: { name, runs: new Map([[1, { slot: 0, peer: request && { request } }]]) },
  }))
  return { root: { path, pods: { all: () => pods } }, all: () => [] } as unknown as Pick<Hosts, 'root' | 'all'>
}

test('VitalSigns leaves out a run that does not answer in time, and asks it again only when it has', async () => {
  let asked = 0
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const busy = () => {
    asked++
    return promise
  }
  const signs = new VitalSigns({ hosts: hostsOf('', { web: async () => vitals, busy }), clock, patienceMs: 20 })
  const names = async () => (await signs.of('', 'metrics')).map(({ name }) => name)
  assert.equal([await names(), await names(), asked], [['web'], ['web'], 1])
  resolve(vitals)
  assert.equal([(await names()).sort(), (await names()).sort(), asked], [['busy', 'web'], ['busy', 'web'], 2])
})

test('VitalSigns leaves out runs without a link, of earlier versions, and what is no figure', async () => {
  const failing = async () => {
    throw new Error('There is no method "vitals"')
  }
  const signs = new VitalSigns({
    clock,
    hosts: hostsOf('a', {
      away: undefined,
      failing,
      nothing: async () => null,
      words: async () => ({ heapUsed: 'much' }),
      half: async () => ({ heapUsed: 1, lag: { p50: -1, p99: 2 }, log: { lines: 1, bytes: 'many', lost: 0 } }),
    }),
  })
  assert.equal(await signs.of('a', 'metrics'), [{ path: 'a', name: 'half', slot: 0, heapUsed: 1 }])
  assert.equal(await signs.of('b', 'metrics'), [])
})

test('VitalSigns tells the lag to each who asks, whoever asked before', async () => {
  const told = [undefined, { p50: 0.001, p99: 0.3 }, { p50: 0.002, p99: 0.1 }, { p50: 0, p99: 0.2 }]
  const signs = new VitalSigns({ clock, hosts: hostsOf('', { web: async () => ({ heapUsed: 1, lag: told.shift() }) }) })
  const lag = async (asker: LagAsker) => (await signs.of('', asker)).map(each => each.lag)
  assert.equal(await lag('metrics'), [undefined])
  assert.equal(await lag('history'), [{ p50: 0.001, p99: 0.3 }])
  assert.equal(await lag('metrics'), [{ p50: 0.002, p99: 0.3 }])
  assert.equal(await lag('history'), [{ p50: 0.002, p99: 0.2 }])
})

test('VitalSigns.lagOf() asks a run that begins to measure a second time, and no other', async () => {
  const lag = { p50: 0, p99: 0.01 }
  const asked: string[] = []
  const run = (name: string, answers: unknown[]) =>
    ({
      peer: {
        request: async () => {
          asked.push(name)
          return answers.shift()
        },
      },
    }) as unknown as LiveRun
  const known = run('known', [{ heapUsed: 1, lag }])
  const fresh = run('fresh', [{ heapUsed: 1 }, { heapUsed: 1, lag }])
  const old = run('old', [null])
  const signs = new VitalSigns({ clock, hosts: hostsOf('', {}) })
  const lags = await signs.lagOf([known, fresh, old, { peer: undefined } as LiveRun])
  assert.equal(lags, new Map([known, fresh].map(each => [each, lag])))
  assert.equal(asked, ['known', 'fresh', 'old', 'fresh'])
})

test.run()
