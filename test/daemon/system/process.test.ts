// Processes are spawned into files, and into nothing else. Not here: who is who (e2e/identity.test.ts).
import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemProcesses } from '../../../daemon/system/process.ts'
import { scratch } from '../../scratch.ts'

test('spawn() refuses a pipe in the place of a file, which it would wait for, and names it', async () => {
  using at = scratch()
  const [stdout, stderr] = [at.path('out'), at.path('err')]
  execFileSync('mkfifo', [stderr])
  const command = [process.execPath, '--version'] as const
  const late = new Promise(resolve => setTimeout(resolve, 5000, 'it waits').unref())
  const spawned = systemProcesses.spawn({ command, env: {}, cwd: at.dir, stdout, stderr })
  const outcome = await Promise.race([spawned.catch((error: Error) => error.message), late])
  // Where it is waited for: a thread that waits would keep this process from its end.
  if (outcome === 'it waits') execFileSync('timeout', ['1', 'cat', stderr])
  assert.is(outcome, `Cannot write ${stderr}: it is not a file`)
})

test.run()
