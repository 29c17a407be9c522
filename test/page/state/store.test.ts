import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Store } from '../../../page/state/store.ts'
import { podStatus } from '../../pod-status.ts'

function storeWith(): { store: Store; frames: (() => void)[]; drawn: () => number } {
  const frames: (() => void)[] = []
  const store = new Store(work => frames.push(work))
  let count = 0
  store.onChange(() => count++)
  return { store, frames, drawn: () => count }
}

test('Store tells once a frame, however much has changed', () => {
  const { store, frames, drawn } = storeWith()
  store.take([{ type: 'snapshot', pods: [podStatus('web'), podStatus('web', { path: 'inner' })] }])
  for (let restarts = 0; restarts < 100; restarts++) {
    const { runs: _, ...pod } = podStatus('web', { restarts })
    store.take([{ type: 'status', path: '', name: 'web', pod }])
  }
  assert.is(frames.length, 1)
  frames[0]?.()
  assert.is(drawn(), 1)
  assert.equal([...store.pods.keys()], ['web', 'inner.web'])
  assert.is(store.pods.get('web')?.restarts, 99)
  store.changed()
  assert.is(frames.length, 2)
})

test('Store knows what pods use from each host that tells it, as that told it last', () => {
  const { store } = storeWith()
  const used = { cpu: 1, memory: 10 }
  store.takeUsage('', [
    { path: '', name: 'web', ...used },
    { path: 'fleet.a', name: 'api', ...used },
  ])
  store.takeUsage('fleet', [{ path: 'fleet', name: 'api', cpu: 3, memory: 30 }])
  assert.equal([...store.usage.keys()], ['web', 'fleet.a.api', 'fleet.api'])
  assert.is(store.usage.get('fleet.api')?.memory, 30)
  store.takeUsage('', [])
  assert.equal([...store.usage.keys()], ['fleet.api'])
  store.forget()
  store.takeUsage('', [])
  assert.is(store.usage.size, 0)
})

test('Store takes a new snapshot for all that it knew', () => {
  const { store } = storeWith()
  store.take([{ type: 'snapshot', pods: [podStatus('web')] }])
  store.take([{ type: 'snapshot', pods: [podStatus('api')] }])
  assert.equal([...store.pods.keys()], ['api'])
})

test('Store shows few notes, the newest ones', () => {
  const { store } = storeWith()
  const ids = Array.from({ length: 10 }, (_, at) => store.note({ kind: 'failed', text: String(at) }))
  assert.equal(
    store.notes.map(({ text }) => text),
    ['6', '7', '8', '9'],
  )
  store.unnote(ids[9] ?? 0)
  assert.is(store.notes.length, 3)
})

test('Store forgets all of whoever signs out', () => {
  const { store } = storeWith()
  store.take([{ type: 'snapshot', pods: [podStatus('web')] }])
  store.forget()
  assert.equal([store.pods.size, store.isKnown], [0, false])
})

test.run()
