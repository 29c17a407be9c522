import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { daemonCommand, daemonEnv, daemonProgram, passwordCommand } from '../../../cli/host/programs.ts'

const start = {
  dataDir: '/data',
  port: 3000,
  host: '127.0.0.1',
  shellPort: undefined,
  softFiles: undefined,
  tls: undefined,
  cert: undefined,
  key: undefined,
  isDetached: false,
  forget: false,
  once: false,
  json: false,
}

/** What the daemon is told, behind its program. */
const told = (options: object) => {
  const command = daemonCommand({ ...start, ...options })
  return command.slice(command.indexOf(daemonProgram) + 1)
}

test('the programs are there', () => {
  assert.ok(existsSync(daemonProgram))
  const [node, file, dataDir] = passwordCommand('/data')
  assert.equal([node, existsSync(file ?? ''), dataDir], [process.execPath, true, '/data'])
})

test('daemonCommand() tells the daemon what is asked for, and leaves out what is not', () => {
  assert.equal(told({}), ['--data', '/data', '--port', '3000', '--host', '127.0.0.1'])
  assert.equal(told({ port: undefined, host: undefined, forget: true }), ['--data', '/data', '--forget'])
  assert.equal(
    told({
      shellPort: 0,
      softFiles: 1024,
      tls: 'on',
      cert: '/c.pem',
      key: '/k.pem',
      isDetached: false,
      json: true,
    }).slice(6),
    ['--shell-port', '0', '--tls', 'on', '--cert', '/c.pem', '--key', '/k.pem', '--soft-files', '1024', '--json'],
  )
})

test('daemonCommand() lets nobody open an inspector by a signal', () => {
  assert.ok(daemonCommand(start).includes('--disable-sigusr1'))
})

test('daemonEnv() has nothing of a run that starts the host, so that the host does not end with it', () => {
  const before = process.env.P8A_RUN
  process.env.P8A_RUN = 'web.1'
  try {
    assert.not('P8A_RUN' in daemonEnv('/data'))
    assert.is(process.env.P8A_RUN, 'web.1')
  } finally {
    delete process.env.P8A_RUN
    if (before !== undefined) process.env.P8A_RUN = before
  }
})

test('daemonEnv() keeps compiled code in the data directory', () => {
  const before = process.env.NODE_COMPILE_CACHE
  delete process.env.NODE_COMPILE_CACHE
  try {
    assert.is(daemonEnv('/data').NODE_COMPILE_CACHE, '/data/compiled')
  } finally {
    if (before !== undefined) process.env.NODE_COMPILE_CACHE = before
  }
})

test.run()
