import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const module = new URL('../../../cli/host/soft-files.ts', import.meta.url).href

/** What a program that a shell starts finds, where the shell has set its limits so. */
function found(limits: string): string {
  const program = `import(${JSON.stringify(module)}).then(({ softFiles }) => console.log(String(softFiles())))`
  // Not as the last command, which the shell would become.
  const typed = `${limits}; "$0" -e "$1"; true`
  return execFileSync('sh', ['-c', typed, process.execPath, program], { encoding: 'utf8' }).trim()
}

test('softFiles() is the soft limit of the shell, which Node has raised for itself', () => {
  if (process.platform !== 'linux') return
  assert.is(found('ulimit -Sn 200; ulimit -Hn 400'), '200')
})

test('softFiles() is nothing where there is nothing to restore', () => {
  assert.is(found('ulimit -n 400'), 'undefined')
})

test.run()
