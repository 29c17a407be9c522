// One step of a build: what it writes, how it fails, and that it can be given up.
import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runStep } from '../../../daemon/build/run-step.ts'
import { systemProcesses } from '../../../daemon/system/system-processes.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

type Options = { timeoutMs?: number; signal?: AbortSignal; onLine?: (line: string) => void }

async function run(folder: string, command: string, options: Options = {}): Promise<string[]> {
  const lines: string[] = []
  await runStep(
    { does: 'build', command, needs: 'sh' },
    {
      folder,
      path: process.env.PATH ?? '',
      processes: systemProcesses,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      onLine: line => void lines.push(line),
      ...options,
    },
  )
  return lines
}

test('runStep() tells each line, in its folder, and with no variable of the host', async () => {
  using at = scratch()
  process.env.P8A_SECRET_OF_TEST = 'x'
  try {
    assert.equal(await run(at.dir, 'pwd; echo two >&2; echo "$CI$P8A_SECRET_OF_TEST"'), [at.dir, 'two', '1'])
  } finally {
    delete process.env.P8A_SECRET_OF_TEST
  }
})

test('runStep() fails with the end and the last lines', async () => {
  using at = scratch()
  const error = await failsWith('build_failed', () => run(at.dir, 'for i in $(seq 30); do echo $i; done; exit 3'))
  assert.match(error.message, 'it ended with code 3')
  assert.equal(
    [error.facts.exitCode, (error.facts.lines as string[]).length, (error.facts.lines as string[]).at(-1)],
    [3, 20, '30'],
  )
  assert.match((await failsWith('build_failed', () => run(at.dir, 'kill -9 $$'))).message, 'it ended by SIGKILL')
})

test('runStep() kills all that it has begun, when it is given up and when it takes too long', async () => {
  using at = scratch()
  const leaving = new AbortController()
  const command = '(sleep 30; touch late) & echo begun; wait'
  const onLine = () => leaving.abort()
  await failsWith('aborted', () => run(at.dir, command, { signal: leaving.signal, onLine }))
  const late = await failsWith('build_failed', () => run(at.dir, '(sleep 30; touch late) & wait', { timeoutMs: 50 }))
  assert.match(late.message, 'it took longer than 0.05 s')
  assert.not.ok(existsSync(at.path('late')))
})

test('runStep() ends with its command, whatever that leaves running or waits for', async () => {
  using at = scratch()
  assert.equal(await run(at.dir, 'sleep 1000 & echo done'), ['done'])
  assert.equal(await run(at.dir, 'true & wait; read x; echo "none:$x"'), ['none:'])
})

test.run()
