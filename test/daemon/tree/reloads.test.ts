// What a reload that an earlier host had begun comes to. How a reload goes by itself: test/daemon/verbs/reload.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

/** A host that has died in the middle of a reload, and the next one. */
async function diedInReload() {
  const before = await Inside.open()
  await before.push('web')
  await before.do('pod.start', { name: 'web' })
  await before.push('web', { exports: ['more'] })
  before.machine.onShim = shim => {
    shim.comesUp = false
  }
  await before.do('pod.reload', { name: 'web', wait: false })
  await until(() => before.machine.shims[1]?.assignment !== undefined, 'the new one has its code')
  for (const shim of before.machine.shims) shim.unlink()
  await before.leave()
  const host = await Inside.open({ after: before })
  host.machine.onShim = () => {}
  const status = () => host.do('pod.status', { name: 'web' })
  return { host, status }
}

test('look() goes on with a reload that an earlier host had begun', async () => {
  const { host, status } = await diedInReload()
  await using _ = host
  const [old, coming] = host.machine.shims
  old?.dial('up')
  coming?.dial('up')
  await until(async () => (await status()).version === 2 && (await status()).runs.length === 1, 'it is reloaded')
  assert.is((await status()).runs[0]?.id, 'web.2')
  assert.ok(old?.hasEnded && !coming?.hasEnded)
})

test('look() goes back where the run of an earlier host does not come up', async () => {
  const { host, status } = await diedInReload()
  await using _ = host
  const [old, coming] = host.machine.shims
  old?.dial('up')
  coming?.dial('starting')
  coming?.end(1, null)
  await until(async () => (await status()).text === '' && (await status()).runs.length === 1, 'it is as it was')
  const { version, runs } = await status()
  assert.equal([version, runs[0]?.id, old?.hasEnded], [1, 'web.1', false])
})

test.run()
