import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Site } from '../../../daemon/verbs/verb.ts'
import { watch } from '../../../daemon/verbs/watch.ts'
import { errorOf, failsWith } from '../../fails.ts'

/** A host whose watching tells these batches, and then nothing more. */
function opened(batches: unknown[][]) {
  const asked: unknown[] = []
  let ended = 0
  const watching = { next: async () => batches.shift() ?? [], end: () => ended++ }
  const daemon = { watch: async (what: unknown) => asked.push(what) && watching }
  const site = { path: 'lab', daemon } as unknown as Site
  return { site, asked, ended: () => ended }
}

const params = { path: 'lab', within: true, hops: 2 }
const by = { name: 'local', role: 'admin', path: '' } as const
const caller = (send?: (items: unknown[]) => Promise<void>) => ({ signal: new AbortController().signal, by, send })

test('watch() sends what changes, each once the client has room, until there is no more', async () => {
  const { site, asked, ended } = opened([['a'], ['b', 'c']])
  const sent: unknown[][] = []
  assert.equal(
    await watch(
      site,
      params,
      caller(async items => void sent.push(items)),
    ),
    {},
  )
  assert.equal([asked, sent, ended()], [[{ ...params, by }], [['a'], ['b', 'c']], 1])
})

test('watch() ends the watching where the client is gone', async () => {
  const { site, ended } = opened([['a'], ['b']])
  await errorOf(() =>
    watch(
      site,
      params,
      caller(async () => await Promise.reject(new Error('gone'))),
    ),
  )
  assert.is(ended(), 1)
})

test('watch() refuses a transport without streams, and watches nothing', async () => {
  const { site, asked } = opened([])
  await failsWith('unsupported', () => watch(site, params, caller()))
  assert.equal(asked, [])
})

test.run()
