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

/** With so few open files a program of the system cannot get its streams. */
const crowded = `
  import { openSync } from 'node:fs'
  import { finished } from 'node:stream/promises'
  import { runProgram, startServing, startTalk } from ${JSON.stringify(new URL('../../../daemon/system/process.ts', import.meta.url).href)}
  const said = []
  try { for (;;) openSync('/dev/null') } catch {}
  await runProgram(['true'], { input: ['x'], timeoutMs: 60_000 }).catch(error => said.push(error.code))
  const serving = startServing(['true'], { env: {}, cwd: '/' })
  await serving.begun.catch(error => said.push(error.code))
  serving.input.write('x')
  serving.end()
  await Promise.all([serving.exited, finished(serving.output), finished(serving.errors)])
  const talk = startTalk(['true'], {})
  talk.input.end('x')
  await Promise.all([talk.exited, finished(talk.output)])
  process.stdout.write(said.join(' '))
`

test('a program that cannot be begun, with too many open files, is an error of whoever wanted it and of nobody else', () => {
  const node = [process.execPath, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', crowded]
  const output = execFileSync('/bin/sh', ['-c', 'ulimit -n 60; exec "$@"', 'sh', ...node], { encoding: 'utf8' })
  assert.is(output, 'EMFILE EMFILE')
})

test.run()
