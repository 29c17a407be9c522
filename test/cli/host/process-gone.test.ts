import { spawn } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { processGone } from '../../../cli/host/process-gone.ts'
import { isAlive } from '../../processes.ts'

test('processGone() waits until a process has ended, also one that nobody has taken leave of', async () => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  const gone = processGone(child.pid as number)
  child.kill()
  await gone
  assert.not.ok(isAlive(child.pid as number))
})

test('processGone() does not wait for one that is not there', async () => {
  await processGone(2 ** 22 + 1)
})

test.run()
