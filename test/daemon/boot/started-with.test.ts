import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readArguments } from '../../../daemon/boot/arguments.ts'
import { openStarted, startedWith } from '../../../daemon/boot/started-with.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const log = { info() {}, warn() {}, error() {} } as unknown as HostLog
const given = (...words: string[]) => readArguments(['--data', '/d', ...words])

test('openStarted() has what is given, what was given at the last start, and the defaults', async () => {
  using at = scratch()
  const file = at.path('start.json')
  const start = async (...words: string[]) => {
    const started = await openStarted(file, given(...words), { log })
    await started.keep()
    return { ...started.at, ...started.privacy }
  }
  const none = { tls: undefined, cert: undefined, key: undefined, shellPort: undefined }
  assert.equal(await start(), { host: '127.0.0.1', port: 3000, ...none })
  assert.not.ok(existsSync(file), 'there is nothing to remember')
  const first = { host: '127.0.0.1', port: 4000, ...none, tls: 'on' }
  assert.equal(await start('--port', '4000', '--tls', 'on'), first)
  assert.equal(await start(), first)
  assert.is((await start('--once', '--port', '0')).port, 0)
  assert.equal(await start('--host', '::1'), { ...first, host: '::1' })
  assert.equal(await start(), { ...first, host: '::1' })
  assert.equal(await start('--forget'), { host: '127.0.0.1', port: 3000, ...none })
  assert.equal(await start(), { host: '127.0.0.1', port: 3000, ...none })
})

test('startedWith() says anew all of TLS where something of it is given', () => {
  const certificate = { port: 4000, cert: '/c.pem', key: '/k.pem' }
  assert.equal(startedWith(given('--tls', 'off').given, certificate), { port: 4000, tls: 'off' })
  assert.equal(startedWith(given('--cert', 'c', '--key', 'k').given, { tls: 'off' }), { cert: 'c', key: 'k' })
  assert.equal(startedWith(given('--port', '1').given, certificate), { ...certificate, port: 1 })
})

test('openStarted() refuses a file that it cannot read: --forget goes without it', async () => {
  using at = scratch()
  const file = at.path('start.json')
  writeFileSync(file, '{"v":1,"port":"x"}')
  await failsWith('state_broken', () => openStarted(file, given(), { log }))
  await (await openStarted(file, given('--forget'), { log })).keep()
  assert.is((await openStarted(file, given(), { log })).at.port, 3000)
})

test.run()
