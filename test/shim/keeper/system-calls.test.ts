// The system's own functions, with a process of a few milliseconds. Datagrams are in notices.test.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openProcess, statusOfEnded, streamOf } from '../../../shim/keeper/system-calls.ts'
import { needs } from '../../needs.ts'

const withFfi = needs(test, 'node:ffi')

withFfi('openProcess() opens a process; its stream fails once the process has ended, and not before', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
  const opened = openProcess(child.pid as number) as number
  const stream = streamOf(opened)
  assert.ok(stream)
  const ended = once(child, 'exit')
  let hasFailed = false
  const failed = new Promise<void>(resolve => {
    stream.once('error', () => {
      hasFailed = true
      resolve()
    })
  })
  assert.is(statusOfEnded(opened), undefined)
  assert.not(hasFailed)
  child.stdin.end()
  await Promise.all([failed, ended])
  // An older kernel than Linux 6.15 forgets it.
  assert.ok([0, undefined].includes(statusOfEnded(opened)))
  closeSync(opened)
})

withFfi('openProcess() opens no process that is not there', () => {
  assert.is(openProcess(2 ** 22 + 1), undefined)
})

test.run()
