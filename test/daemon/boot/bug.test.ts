// How a daemon ends by a bug: a process for each case.
import { execa } from 'execa'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const module = JSON.stringify(new URL('../../../daemon/boot/bug.ts', import.meta.url).href)

/** Runs this code in a process whose log is on stdout. */
async function ended(code: string) {
  const program = `import { endOnBug } from ${module}
    endOnBug({ error: (tag, message, { err }) => process.stdout.write([tag, message, err].join('|')) })
    ${code}`
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
    reject: false,
  })
  return { exitCode, stdout, stderr }
}

for (const [what, code] of [
  ['an error that nobody caught', "setImmediate(() => { throw new Error('no') })"],
  ['a rejection that nobody handled', "Promise.reject(new Error('no'))"],
] as const) {
  test(`endOnBug() ends the process by ${what}, logged and with a code of its own`, async () => {
    const { exitCode, stdout, stderr } = await ended(code)
    assert.equal([exitCode, stdout], [70, 'bug|an error that nobody expected ends the host|Error: no'])
    assert.match(stderr, /^p8a: a bug: Error: no\n {4}at /)
  })
}

test('endOnBug() takes an output that is gone for none', async () => {
  const { exitCode } = await ended("process.stderr.emit('error', new Error('EPIPE')); process.exit(3)")
  assert.is(exitCode, 3)
})

test.run()
