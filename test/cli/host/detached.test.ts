// What is in the way of a new host. Not here: hosts that start (e2e/adoption.test.ts).
import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hostOutputFile, socketFile } from '../../../cli/host/data-dir.ts'
import { startDetached } from '../../../cli/host/detached.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { fakeHost } from '../client/fake-host.ts'

test('startDetached() where a host takes the connection and says nothing is told so, and begins no other', async () => {
  using at = scratch()
  await using _ = await fakeHost(socketFile(at.dir), () => {})
  const unset = { port: 0, host: undefined, shellPort: undefined, tls: undefined, cert: undefined, key: undefined }
  const options = { dataDir: at.dir, ...unset, softFiles: undefined, forget: false, once: true, isDetached: true }
  const error = await failsWith('host_silent', async () => void (await startDetached(options, { silenceMs: 100 })))
  assert.match(error.message, /^No sign of life from the host at unix:.* for 0\.1 s$/)
  assert.not.ok(existsSync(hostOutputFile(at.dir)))
})

test.run()
