// When a watch of a pod asks its host again. Not here: what it makes of changes (protocol/watch.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { Asking } from '../../../shim/verbs/asking.ts'
import { watchFrom } from '../../../shim/verbs/watch.ts'
import { failsWith } from '../../fails.ts'
import { HostThat } from './host-that.ts'

async function* snapshots() {
  yield [{ type: 'snapshot', pods: [] }]
}

test('watchFrom() watches the host of the pod, or one within it', async () => {
  const host = new HostThat(snapshots)
  for await (const _change of watchFrom(new Asking(host, { patienceMs: 1000 }), 'lab', { path: 'inner', within: true }))
    break
  assert.equal(host.asked, [{ method: 'host.watch', params: { path: 'lab.inner', within: true } }])
})

test('watchFrom() asks again where the host could not tell, or told all, and throws what does not pass', async () => {
  const answers = [
    new P8aError('host_gone', 'its owner is away'),
    snapshots(),
    snapshots(),
    new P8aError('forbidden', 'no'),
  ]
  const host = new HostThat(() => answers.shift())
  let told = 0
  await failsWith('forbidden', async () => {
    for await (const _change of watchFrom(new Asking(host, { patienceMs: 1000 }), '', {})) told++
  })
  assert.equal([told, host.asked.length], [2, 4])
})

test('watchFrom() waits for a host while there is none', async () => {
  const host = new HostThat(snapshots)
  host.isGone = true
  const asking = new Asking(host, { patienceMs: 1 })
  const watch = watchFrom(asking, '', {})[Symbol.asyncIterator]()
  const first = watch.next()
  await new Promise(resolve => setImmediate(resolve))
  host.back()
  assert.is((await first).value?.type, 'snapshot')
  await watch.return?.()
})

test('watchFrom() ends while it waits, with its signal', async () => {
  const leaving = new AbortController()
  const host = new HostThat(() => new P8aError('host_busy', 'later'))
  const watch = watchFrom(new Asking(host, { patienceMs: 1000 }), '', { signal: leaving.signal })
  const over = (async () => {
    for await (const _change of watch) assert.unreachable()
  })()
  await new Promise(resolve => setImmediate(resolve))
  leaving.abort()
  await over
})

test.run()
