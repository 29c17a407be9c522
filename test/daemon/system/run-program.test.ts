// Programs that do something for the daemon, where the machine has no room for them.
import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** With so few open files a program of the system cannot get its streams. */
const crowded = `
  import { openSync } from 'node:fs'
  import { finished } from 'node:stream/promises'
  import { runProgram, startServing, startTalk } from ${JSON.stringify(new URL('../../../daemon/system/run-program.ts', import.meta.url).href)}
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
