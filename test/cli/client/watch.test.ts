// A watch goes on whatever becomes of its connection. Not here: what a watch makes of changes (protocol).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { watch } from '../../../cli/client/watch.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { status } from '../commands/doing.ts'
import { type Behaviour, fakeHost } from './fake-host.ts'

const snapshot = { type: 'snapshot', pods: [status] }

test('watch() gives a snapshot again when its host is back', async () => {
  using at = scratch()
  const hangsUp: Behaviour = (_request, { value, hangUp }) => {
    value([snapshot])
    setImmediate(hangUp)
  }
  await using host = await fakeHost(at.path('sock'), hangsUp)
  const types: string[] = []
  for await (const { type } of watch(`unix:${at.path('sock')}`)) {
    types.push(type)
    if (types.length === 3) break
  }
  assert.equal(types, ['snapshot', 'snapshot', 'snapshot'])
  assert.equal(host.requests[0]?.params, { path: '', within: false })
})

test('watch() waits for a host that is not there yet, and ends when its signal does', async () => {
  using at = scratch()
  const ending = new AbortController()
  const all = watch(`unix:${at.path('sock')}`, { signal: ending.signal })
  const waiting = (async () => {
    for await (const _ of all) assert.unreachable('there is no host')
  })()
  ending.abort()
  await waiting
})

test('watch() throws what does not pass by itself', async () => {
  using at = scratch()
  await using _host = await fakeHost(at.path('sock'), (_, { refuse }) => refuse('forbidden', 'you may not'))
  await failsWith('forbidden', async () => {
    for await (const _ of watch(`unix:${at.path('sock')}`)) assert.unreachable()
  })
})

test.run()
