// Whether a real host says that it lives and is ready, without a token. Not here: when it is ready (daemon/boot/readiness.test.ts).
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const health = suite('health')
let host: TestHost

health.before(async () => {
  host = new TestHost()
  await host.up()
})
health.after(async () => await host.dispose())

const ask = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${host.port}${path}`)
  return { status: response.status, text: await response.text() }
}

health('a host lives, and is ready once its pods are up, also those that it has adopted', async () => {
  await host.push('forever', 'web')
  await host.begin('web')
  await host.killHost()
  await host.up()
  assert.equal(await ask('/healthz'), { status: 200, text: 'ok\n' })
  await until(async () => (await ask('/readyz')).status === 200, 'it is ready')
  assert.is((await host.status('web')).status, 'up')
})

health('a host whose pod comes up no more is ready: it says why that one is not', async () => {
  await host.push('crash-at-start', 'bad')
  await host.ask('pod.start', { name: 'bad', wait: false, config: { retries: 1 } })
  await until(async () => (await host.status('bad')).status === 'error', 'it has given up')
  await host.killHost()
  await host.up()
  await until(async () => (await ask('/readyz')).status === 200, 'it is ready')
})

health.run()
