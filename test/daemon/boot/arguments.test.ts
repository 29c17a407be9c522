// The daemon's own command line. Not here: what `pod host start` makes of its flags (cli/).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readArguments } from '../../../daemon/boot/arguments.ts'
import { errorOf, failsWith } from '../../fails.ts'

test('readArguments() fills in what is left out', () => {
  assert.equal(readArguments(['--data', '/d']), {
    data: '/d',
    host: '127.0.0.1',
    port: 3000,
    shellPort: undefined,
    json: false,
    tls: undefined,
    cert: undefined,
    key: undefined,
    softFiles: undefined,
  })
})

test('readArguments() reads what is given', () => {
  const args = ['--data', '/d', '--host', '::1', '--port', '0', '--shell-port', '3001', '--json', '--tls', 'off']
  assert.equal(readArguments([...args, '--cert', 'c', '--key', 'k']), {
    data: '/d',
    host: '::1',
    port: 0,
    shellPort: 3001,
    json: true,
    tls: 'off',
    cert: 'c',
    key: 'k',
    softFiles: undefined,
  })
})

test('readArguments() refuses to go without a data directory, and what it does not know', async () => {
  await failsWith('usage', () => readArguments(['--port', '1']))
  assert.match((await errorOf(() => readArguments(['--data', '/d', '--colour']))).message, /--colour/)
})

test.run()
