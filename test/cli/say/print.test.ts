// Printing, in processes of its own: what arrives, in which order, and how the process ends. What a terminal shows is
// not tested here.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const print = fileURLToPath(new URL('../../../cli/say/print.ts', import.meta.url))

function run(code: string): { status: number | null; stdout: string; stderr: string } {
  const program = `import { exit, printErr, printOut } from ${JSON.stringify(print)}\n${code}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
    maxBuffer: 64 * 1024 * 1024,
  })
}

test('printOut() keeps the order of short and long texts, and loses none at the end', () => {
  const { status, stdout } = run(`
    for (const [letter, times] of [['a', 100], ['b', 5_000_000], ['c', 100]]) printOut(letter.repeat(times))
    exit(3)`)
  assert.is(status, 3)
  assert.is(stdout, 'a'.repeat(100) + 'b'.repeat(5_000_000) + 'c'.repeat(100))
})

test('exit() ends at once where all is out, whatever else goes on', () => {
  const { status, stdout } = run(`setTimeout(() => {}, 3_600_000); printOut('done'); exit(0)`)
  assert.equal([status, stdout], [0, 'done'])
})

test('exit() waits for what was printed on stderr', () => {
  const { status, stderr } = run(`printErr('e'.repeat(1_000_000)); exit(1)`)
  assert.equal([status, stderr.length], [1, 1_000_000])
})

test.run()
