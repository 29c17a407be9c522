// The built-in pod `hello`, pushed by its name.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestHost } from '../../e2e/harness.ts'

const test = suite('hello')
const host = new TestHost()
test.before(() => host.up())
test.after(() => host.dispose())

test('p8a:hello is up, says hello, counts, and knows its count after a kill', async () => {
  assert.match(await host.ok('push', 'local', 'hello', 'p8a:hello'), /hello v1/)
  await host.ok('start', 'local', 'hello', '--name', 'Ann')
  assert.is(await host.call('hello', 'hello', 'Bob'), 'Hello Bob')
  assert.equal(await host.call('hello', 'ticks', 3), [1, 2, 3])
  const shell = await host.run(process.execPath, ['bin/pod.cjs', 'shell', 'local', 'hello'], {
    input: 'greet\nCid\n',
    cwd: process.cwd(),
  })
  assert.match(shell.stdout, 'Hello Cid')
  await host.ok('restart', 'local', 'hello')
  assert.match(await host.ok('status', 'local', 'hello'), /said hello 2 times/)
  assert.match(await host.ok('logs', 'local', 'hello', '--tag', 'hello'), /Hello Ann, I am hello\.1/)
})

test.run()
