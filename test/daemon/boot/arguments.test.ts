// The daemon's own command line. Not here: what `pod host start` makes of its flags (cli/), what is left out (started-with.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readArguments } from '../../../daemon/boot/arguments.ts'
import { errorOf, failsWith } from '../../fails.ts'

const none = { host: undefined, port: undefined, shellPort: undefined, tls: undefined, cert: undefined, key: undefined }
const plain = { data: '/d', softFiles: undefined, json: false, isDetached: false, forget: false, once: false }

test('readArguments() leaves open what is left out', () => {
  assert.equal(readArguments(['--data', '/d']), { ...plain, given: none })
})

test('readArguments() reads what is given', () => {
  const args = ['--data', '/d', '--host', '::1', '--port', '0', '--shell-port', '3001', '--json', '--tls', 'off']
  assert.equal(readArguments([...args, '--cert', 'c', '--key', 'k', '--once', '--detached']), {
    ...plain,
    given: { host: '::1', port: 0, shellPort: 3001, tls: 'off', cert: 'c', key: 'k' },
    json: true,
    once: true,
    isDetached: true,
  })
})

test('readArguments() refuses to go without a data directory, and what it does not know', async () => {
  await failsWith('usage', () => readArguments(['--port', '1']))
  assert.match((await errorOf(() => readArguments(['--data', '/d', '--colour']))).message, /--colour/)
})

test.run()
