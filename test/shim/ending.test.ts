// How a process ends, and what it leaves: a process for each case.
import { existsSync, readFileSync } from 'node:fs'
import { execa } from 'execa'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from '../scratch.ts'

const module = JSON.stringify(new URL('../../shim/ending.ts', import.meta.url).href)
const errors = JSON.stringify(new URL('../../protocol/errors.ts', import.meta.url).href)

/** Runs this code in a process that notes its end, as `fail` does of an error. */
async function ended(code: string) {
  using at = scratch()
  const file = JSON.stringify(at.path('exit'))
  const program = `import { noteEnding } from ${module}
    import { P8aError } from ${errors}
    const fail = noteEnding(${file}, () => process.stdout.write('settled'))
    ${code}`
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
    reject: false,
  })
  const note = existsSync(at.path('exit')) ? JSON.parse(readFileSync(at.path('exit'), 'utf8')) : undefined
  return { exitCode, stdout, stderr, note }
}

test('noteEnding() leaves a note of the code, after what is done first', async () => {
  assert.equal(await ended('process.exit(3)'), { exitCode: 3, stdout: 'settled', stderr: '', note: { code: 3 } })
})

test('an uncaught error is logged with its stack, and its first line is in the note', async () => {
  const { exitCode, stderr, note } = await ended("setImmediate(() => { throw new RangeError('too far\\nand on') })")
  assert.equal([exitCode, note], [1, { code: 1, message: 'RangeError: too far' }])
  assert.match(stderr, /RangeError: too far\nand on\n {4}at /)
})

test('an uncaught error that the pod handles itself ends nothing', async () => {
  const { exitCode, note } = await ended("process.on('uncaughtException', () => {}); setImmediate(() => { throw 5 })")
  assert.equal([exitCode, note], [0, { code: 0 }])
})

for (const [code, outlook] of [
  ['start_failed', 'slow'],
  ['bad_image', 'none'],
] as const) {
  test(`an error of ours is told without a stack, and what another attempt may come to: ${code}`, async () => {
    const { stderr, note } = await ended(`fail(new P8aError('${code}', 'Cannot start the pod: no'))`)
    assert.equal([stderr, note], ['Cannot start the pod: no', { code: 1, message: stderr, outlook }])
  })
}

test.run()
