// The built-in pod `hello`, pushed by its name: each thing that it shows. The events of a watch: e2e/watch.test.ts.
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../../cli/client/client.ts'
import { TestHost } from '../../e2e/harness.ts'
import { root } from '../../paths.ts'
import { until } from '../../until.ts'

const test = suite('hello')
const host = new TestHost()
test.before(async () => {
  await host.up()
  assert.match(await host.ok('push', 'local', 'hello', 'p8a:hello'), /hello v1/)
  await host.ok('start', 'local', 'hello', '--host', 'door')
})
test.after(() => host.dispose())

const logs = async (tag: string) => await host.ok('logs', 'local', 'hello', '--tag', tag)

test('p8a:hello says hello, counts through a restart, and hears its own event', async () => {
  assert.is(await host.call('hello', 'hello', 'Bob'), 'Hello Bob')
  const input = 'greet\nCid\n'
  const shell = await host.run(process.execPath, [join(root, 'bin/pod.cjs'), 'shell', 'local', 'hello'], { input })
  assert.match(shell.stdout, 'Hello Cid')
  await until(async () => /to: 'Cid'.* from hello\.1/.test(await logs('hello.said')), 'it has heard of it')
  await host.restart('hello')
  assert.is(await host.call('hello', 'hello'), 'Hello world')
  assert.match((await host.status('hello')).text, 'said hello 3 times')
})

test('p8a:hello wakes a pod, greets it, and listens to it', async () => {
  await host.push('counting')
  assert.is(await host.call('hello', 'wake', 'counting'), 'up')
  await until(async () => (await logs('hello')).includes('Hello counting.1'), 'it has greeted it')
  const client = await connect({ kind: 'unix', path: join(host.data, 'host.sock') })
  const lines = client.open('pod.call', { name: 'hello', fn: 'listen', args: ['counting'] })
  assert.match(String((await lines.take()).value), 'count 1')
  lines.cancel()
  client.close()
  await host.remove('counting')
})

test('p8a:hello is a host that knows who knocks', async () => {
  await host.ok('remote', 'add', 'door', `localhost:${host.port}`, '--path', 'door', '--token', host.token)
  assert.is(await host.ok('knock', 'door'), 'Hello default, you may admin\n')
  assert.match(
    (await host.run(process.execPath, [join(root, 'bin/pod.cjs'), 'knok', 'door'])).stderr,
    'Unknown command',
  )
})

test.run()
