import { execFileSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { patientRead } from '../../../cli/argv/patient-read.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const test = suite('patient read')
test.after.each(() => void delete process.env.P8A_FILE_TIMEOUT)

function fifo(at: { path: (name: string) => string }): string {
  const file = at.path('pipe')
  execFileSync('mkfifo', [file])
  return file
}

test('patientRead() reads a file, and one byte more than it may have', async () => {
  using at = scratch()
  assert.is(String(await patientRead(at.file('in', 'hello'), 5)), 'hello')
  assert.is(String(await patientRead(at.path('in'), 3)), 'hell')
  assert.is((await patientRead('/dev/zero', 200_000)).length, 200_001)
  assert.is((await patientRead('/dev/null', 5)).length, 0)
})

test('patientRead() waits for whoever writes into a named pipe, until that is closed', async () => {
  using at = scratch()
  const file = fifo(at)
  const reading = patientRead(file, 100)
  const writer = await open(file, 'w')
  await writer.write('A=1\n')
  await writer.write('B=2\n')
  await writer.close()
  assert.is(String(await reading), 'A=1\nB=2\n')
})

test('patientRead() gives up a pipe into which nobody writes, or from which nothing comes', async () => {
  using at = scratch()
  const file = fifo(at)
  process.env.P8A_FILE_TIMEOUT = '50ms'
  const { message, hint } = await failsWith('timeout', () => patientRead(file, 100))
  assert.match(message, /it is a pipe, and nobody wrote into it for 0\.05 s$/)
  assert.match(hint as string, 'P8A_FILE_TIMEOUT=5m waits longer')
  const writer = await open(file, 'r+')
  try {
    assert.match(
      (await failsWith('timeout', () => patientRead(file, 100))).message,
      /nothing came from it for 0\.05 s$/,
    )
  } finally {
    await writer.close()
  }
  process.env.P8A_FILE_TIMEOUT = 'long'
  await failsWith('usage', () => patientRead(file, 100))
})

test('patientRead() takes the pipe of a shell as it is, also an empty one', () => {
  const module = join(import.meta.dirname, '../../../cli/argv/patient-read.ts')
  const program = `const { patientRead } = await import(${JSON.stringify(module)}); process.stdout.write(await patientRead(process.argv[1], 100))`
  const command = '"$0" --input-type=module -e "$1" <(printf %s "$2")'
  for (const text of ['A=1\n', '']) {
    assert.is(String(execFileSync('bash', ['-c', command, process.execPath, program, text])), text)
  }
})

test.run()
