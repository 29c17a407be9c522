// The mirror of this checkout: each file of the product has one, or an exception that is true.
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'

const test = suite('mirror')
const args = ['--disable-warning=ExperimentalWarning', 'scripts/mirror.ts']

test('npm run mirror prints what mirrors each file or why nothing does, and finds nothing wrong', async () => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, args, { cwd: root, reject: false })
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  const lines = stdout.split('\n')
  assert.ok(lines.some(line => /^daemon\/tree\/pods\.ts +daemon\/tree\/pods\.test\.ts$/.test(line)))
  assert.ok(lines.some(line => /^cli\/time\/dates\.ts +the parts of one reading: cli\/time\/time$/.test(line)))
  assert.match(lines.at(-1) ?? '', /^\d+ files with functions: \d+ mirrored, \d+ excepted, 0 untested; /)
})

test.run()
