// Processes of runs are spawned into files, and into nothing else.
import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { spawnRun } from '../../../daemon/system/spawn-run.ts'
import { scratch } from '../../scratch.ts'

test('spawnRun() refuses a pipe in the place of a file, which it would wait for, and names it', async () => {
  using at = scratch()
  const [stdout, stderr] = [at.path('out'), at.path('err')]
  execFileSync('mkfifo', [stderr])
  const command = [process.execPath, '--version'] as const
  const late = new Promise(resolve => setTimeout(resolve, 5000, 'it waits').unref())
  const spawned = spawnRun({ command, env: {}, cwd: at.dir, stdout, stderr })
  const outcome = await Promise.race([spawned.catch((error: Error) => error.message), late])
  // Where it is waited for: a thread that waits would keep this process from its end.
  if (outcome === 'it waits') execFileSync('timeout', ['1', 'cat', stderr])
  assert.is(outcome, `Cannot write ${stderr}: it is not a file`)
})

test.run()
