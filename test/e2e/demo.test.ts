// The demo is the first thing a newcomer runs: it must show all it says. Not tested here: its install.
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'
import { TestHost } from './harness.ts'

test('npm run demo shows an Express program that is reloaded under load, outlives its host, dies with it, sleeps, and wakes', async () => {
  const host = new TestHost()
  const { code, stdout, stderr } = await host.run(process.execPath, [join(root, 'scripts/demo.ts')])
  assert.is(code, 0, `${stdout}${stderr}`)
  assert.match(stdout, /All of it was seen\./)
  assert.not.match(stdout, /^NO /m)
  await host.dispose()
})

test.run()
