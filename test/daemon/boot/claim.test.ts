// One daemon for each data directory. Not here: holders that die, strangers (e2e/security.test.ts).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { claim } from '../../../daemon/boot/claim.ts'
import { Listeners } from '../../../daemon/system/listeners.ts'
import { failsWith } from '../../fails.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'

// A claim lasts as long as the process, and the number of a directory that was removed is soon another's.
const at = scratch()
test.after(() => at[Symbol.dispose]())

test('claim() of a directory that is claimed says which process has it, also by another name of it', async () => {
  mkdirSync(at.path('data'))
  symlinkSync(at.path('data'), at.path('link'))
  await claim(at.path('data'), new Listeners())
  for (const name of ['data', 'link']) {
    const error = await failsWith('host_running', () => claim(at.path(name), new Listeners()))
    assert.is(error.facts.pid, process.pid)
    assert.match(error.message, new RegExp(`process ${process.pid} holds it since 20`))
  }
})

test('claim() goes by the directory and not by its path: a moved one is claimed, another in its place is not', async () => {
  mkdirSync(at.path('first'))
  await claim(at.path('first'), new Listeners())
  renameSync(at.path('first'), at.path('moved'))
  await failsWith('host_running', () => claim(at.path('moved'), new Listeners()))
  mkdirSync(at.path('first'))
  await claim(at.path('first'), new Listeners())
})

test('claim() of another directory is nobody else’s', async () => {
  mkdirSync(at.path('another'))
  await claim(at.path('another'), new Listeners())
})

const holding = (data: string) => `
  import { claim } from ${JSON.stringify(new URL('../../../daemon/boot/claim.ts', import.meta.url).href)}
  import { Listeners } from ${JSON.stringify(new URL('../../../daemon/system/listeners.ts', import.meta.url).href)}
  await claim(${JSON.stringify(data)}, new Listeners())
  // A claim keeps no process alive.
  setInterval(() => {}, 2 ** 30)
  process.stdout.write('claimed')
`

needs(test, 'linux')(
  'claim() of a directory whose host is stopped says how to continue or end that, by its pid',
  async () => {
    const data = at.path('silent')
    mkdirSync(data)
    const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', holding(data)]
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(holder.stdout, 'data')
      holder.kill('SIGSTOP')
      const error = await failsWith('host_silent', () => claim(data, new Listeners(), { leavingMs: 0 }))
      assert.match(error.message, `process ${holder.pid} holds it, and shows no sign of life`)
      assert.match(String(error.hint), `kill -CONT ${holder.pid}`)
    } finally {
      holder.kill('SIGKILL')
      await once(holder, 'exit')
    }
  },
)

test.run()
