// Who a process is, and how it is, with real ones.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { identify, isStopped, readStart } from '../../../daemon/system/identity.ts'
import { needs } from '../../needs.ts'
import { until } from '../../until.ts'

test('identify() tells the same of a process for as long as it lives, and nothing once it has ended', async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  const pid = child.pid as number
  const [first, own] = [await identify(pid), await identify(process.pid)]
  assert.is(first?.pid, pid)
  assert.equal(await identify(pid), first)
  assert.not.equal(own?.startTime, undefined)
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  assert.is(await identify(pid), undefined)
  assert.is(await readStart(pid), undefined)
})

needs(test, 'linux')('isStopped() tells one that is stopped from one that goes on', async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  const pid = child.pid as number
  try {
    assert.not(isStopped(pid))
    child.kill('SIGSTOP')
    await until(() => isStopped(pid), 'it is stopped')
    child.kill('SIGCONT')
    await until(() => !isStopped(pid), 'it goes on')
  } finally {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  assert.not(isStopped(pid))
})

test.run()
