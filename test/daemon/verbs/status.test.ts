import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

test('status() tells how a pod is: its runs, its versions, its config without secrets', async () => {
  await using host = await Inside.open()
  await host.push('web', { exports: ['read'] })
  await host.do('pod.start', { name: 'web', params: { a: '1' }, config: { env: { SECRET: 'x' } } })
  const { kind, status, want, exports, images, config, runs, params } = await host.status('web')
  assert.equal([kind, status, want, params], ['service', 'up', 'up', { a: '1' }])
  assert.equal([exports, images?.map(({ version, file }) => [version, file])], [['read'], [[1, 'web.js']]])
  assert.equal(config, { env: ['SECRET'] })
  const [run] = runs
  assert.equal([run?.id, run?.slot, run?.state, run?.restarts], ['web.1', 0, 'up', 0])
  assert.is(run?.pid, host.machine.shimOf('web.1').identity.pid)
})

test('status() says why a pod failed, and when it is tried again', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  host.machine.onShim = shim => shim.end(3, null)
  host.machine.shimOf('web.1').end(3, null)
  // The second attempt in a row is the first that is waited after.
  const waiting = await until(async () => {
    const now = await host.status('web')
    return now.retryAt !== undefined && now
  }, 'it is waited')
  assert.match(waiting.text, /^exited with code 3; next attempt in \d+\.\d s$/)
  assert.equal([waiting.status, waiting.cause?.reason, waiting.cause?.run], ['waiting', 'exited', 'web.2'])
})

test('status() tells what a run says of itself', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await host.machine.shimOf('web.1').peer?.request('status', { status: 'up', text: 'serving' })
  const { text, runs } = await host.status('web')
  assert.equal([text, runs[0]?.health, runs[0]?.text], ['serving', 'up', 'serving'])
})

test('status() of a name that is none says which there are', async () => {
  await using host = await Inside.open()
  await failsWith('pod_not_found', () => host.status('web'))
})

test.run()
