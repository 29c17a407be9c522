// What a watch tells of what a server that lags behind has. That a fleet loses no run by such a server is a part of test/e2e/fleet-servers.test.ts.
import type { KV } from '@nats-io/kv'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Deafness } from '../../../../pods/fleet/nats/deafness.ts'
import { watched } from '../../../../pods/fleet/nats/watched.ts'

type Told = { key: string; revision: number; delta: number; operation?: 'PUT' | 'DEL' }

/** A bucket whose leader has `last`, by the pattern of its keys, and of which a watch tells `told`. */
const bucketOf = (last: Record<string, number>, told: readonly Told[]): KV =>
  ({
    stream: 'KV_x',
    subjectForKey: (key: string) => key,
    jsm: {
      streams: {
        getMessage: async (_: string, { last_by_subj }: { last_by_subj: string }) => {
          const seq = last[last_by_subj]
          return seq === undefined ? null : { seq }
        },
      },
    },
    watch: async () =>
      Object.assign(
        (async function* () {
          for (const { operation = 'PUT', ...one } of told) yield { value: new Uint8Array(), operation, ...one }
        })(),
        { stop: () => {} },
      ),
  }) as unknown as KV

async function tellsOf(kv: KV, prefix = ''): Promise<string[]> {
  const texts: string[] = []
  const signal = new AbortController().signal
  const deafness = new Deafness(() => {})
  for await (const change of watched(kv, { prefix, signal, deafness }))
    texts.push('key' in change ? `${change.t} ${change.key}` : change.t)
  return texts
}

test('what a server has that lags behind is not taken for all there is', async () => {
  const behind: Told[] = [
    { key: '-', revision: 1, delta: 1 },
    { key: 'pod.web', revision: 4, delta: 0 },
    { key: 'pod.web', revision: 6, delta: 1 },
    { key: 'host.a', revision: 9, delta: 0, operation: 'DEL' },
    { key: 'host.b', revision: 10, delta: 0 },
  ]
  assert.equal(await tellsOf(bucketOf({ '>': 9 }, behind)), [
    'reset',
    'set pod.web',
    'set pod.web',
    'del host.a',
    'synced',
    'set host.b',
  ])
  assert.equal(await tellsOf(bucketOf({ '>': 11 }, behind)), [
    'reset',
    'set pod.web',
    'set pod.web',
    'del host.a',
    'set host.b',
  ])
})

test('a watch of some keys waits for the last of them alone', async () => {
  const told: Told[] = [
    { key: '-', revision: 1, delta: 1 },
    { key: 'duty.a', revision: 5, delta: 0 },
  ]
  const last = { '>': 90, '-': 1, 'duty.a': 5 }
  assert.equal(await tellsOf(bucketOf(last, told), 'duty.a'), ['reset', 'set duty.a', 'synced'])
  assert.equal(
    await tellsOf(
      bucketOf(
        { '-': 1 },
        told.slice(0, 1).map(one => ({ ...one, delta: 0 })),
      ),
      'duty.a',
    ),
    ['reset', 'synced'],
  )
})

test('a watch that tells what is older than what it told is over', async () => {
  const told: Told[] = [
    { key: 'pod.web', revision: 7, delta: 0 },
    { key: 'pod.web', revision: 3, delta: 0 },
  ]
  const texts: string[] = []
  try {
    for (const text of await tellsOf(bucketOf({ '>': 7 }, told))) texts.push(text)
    assert.unreachable('it is over')
  } catch (error) {
    assert.match((error as Error).message, /older than what was told/)
  }
})

test.run()
