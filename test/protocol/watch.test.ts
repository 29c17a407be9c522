import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Change, PodChange } from '../../protocol/changes.ts'
import { Watch } from '../../protocol/watch.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { errorOf } from '../fails.ts'
import { podStatus } from '../pod-status.ts'

const pod = (name: string, path = 'lab') => podStatus(name, { path })

/** A watch at `lab` of a host that tells these batches, one list at each try; then it fails for good. */
function watching(tries: (PodChange[][] | Error)[], signal?: AbortSignal) {
  const failures: [message: string | undefined, tries: number][] = []
  const watch = new Watch({
    path: 'lab',
    signal,
    open: async function* () {
      const batches = tries.shift()
      if (batches instanceof Error) throw batches
      yield* batches ?? []
    },
    again: async (error, count) => {
      failures.push([(error as Error | undefined)?.message, count])
      if (tries.length === 0) throw new Error('that was all')
    },
  })
  return { watch, failures }
}

async function all(watch: Watch): Promise<Change[]> {
  const changes: Change[] = []
  await errorOf(async () => {
    for await (const change of watch) changes.push(change)
    throw new Error('it is over')
  })
  return changes
}

const snapshot = (...pods: PodStatus[]): PodChange => ({ type: 'snapshot', pods })
const named = (changes: Change[]) => changes.map(change => [change.type, 'name' in change ? change.name : undefined])

test('a watch tells a snapshot and then each change, by names within the host, with the pod as it is then', async () => {
  const { runs: _, ...facts } = podStatus('db', { path: 'lab.inner', text: 'new' })
  const db = { path: 'lab.inner', name: 'db' }
  const { watch } = watching([
    [
      [snapshot(pod('web'), pod('db', 'lab.inner'))],
      [
        { type: 'status', ...db, pod: facts },
        { type: 'removed', ...db },
      ],
    ],
  ])
  const changes = await all(watch)
  assert.equal(named(changes), [
    ['snapshot', undefined],
    ['status', 'inner.db'],
    ['removed', 'inner.db'],
  ])
  assert.equal(
    changes.slice(1).map(change => 'pod' in change && change.pod.text),
    ['new', 'new'],
  )
  assert.equal([...watch.pods.keys()], ['web'])
})

test('a watch tells nothing of a pod that it does not know', async () => {
  const { runs: _, ...facts } = podStatus('db', { path: 'lab' })
  const { watch } = watching([[[snapshot(pod('web'))], [{ type: 'status', path: 'lab', name: 'db', pod: facts }]]])
  assert.equal(named(await all(watch)), [['snapshot', undefined]])
})

test('a watch begins again where the host was away, and counts the tries that told nothing', async () => {
  const { watch, failures } = watching([new Error('gone'), new Error('gone'), [[snapshot(pod('web'))]], []])
  assert.equal(named(await all(watch)), [['snapshot', undefined]])
  assert.equal(failures, [
    ['gone', 1],
    ['gone', 2],
    [undefined, 0],
    [undefined, 1],
  ])
})

test('a watch ends with the signal, in the middle of what was told', async () => {
  const leaving = new AbortController()
  const { watch, failures } = watching([[[snapshot(pod('web')), snapshot()]]], leaving.signal)
  let told = 0
  for await (const _change of watch) {
    told++
    leaving.abort()
  }
  assert.equal([told, failures], [1, []])
})

test.run()
