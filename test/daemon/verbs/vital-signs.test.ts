// How runs are asked for their heap and their event loop; the runs are the test's. Not here: what a real run answers (e2e/metrics.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Hosts } from '../../../daemon/tree/hosts.ts'
import { VitalSigns } from '../../../daemon/verbs/vital-signs.ts'

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
  const signs = new VitalSigns(hostsOf('', { web: async () => vitals, busy }), 20)
  const names = async () => (await signs.of('')).map(({ name }) => name)
  assert.equal([await names(), await names(), asked], [['web'], ['web'], 1])
  resolve(vitals)
  assert.equal([(await names()).sort(), (await names()).sort(), asked], [['busy', 'web'], ['busy', 'web'], 2])
})

test('VitalSigns leaves out runs without a link, of earlier versions, and what is no figure', async () => {
  const failing = async () => {
    throw new Error('There is no method "vitals"')
  }
  const signs = new VitalSigns(
    hostsOf('a', {
      away: undefined,
      failing,
      nothing: async () => null,
      words: async () => ({ heapUsed: 'much' }),
      half: async () => ({ heapUsed: 1, lag: { p50: -1, p99: 2 }, log: { lines: 1, bytes: 'many', lost: 0 } }),
    }),
  )
  assert.equal(await signs.of('a'), [{ path: 'a', name: 'half', slot: 0, heapUsed: 1 }])
  assert.equal(await signs.of('b'), [])
})

test.run()
