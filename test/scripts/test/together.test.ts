// What several test files that share a process write.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sectionsOf } from '../../../scripts/test/batches.ts'
import { outcomeOf } from '../../../scripts/test/outcome.ts'

const test = suite('together')
const root = new URL('../../../', import.meta.url).pathname
const dir = mkdtempSync(join(tmpdir(), 'p8a-together-'))
test.after(() => rmSync(dir, { recursive: true }))

/** The outcomes of these files, `[passed, failed, failures]` each. */
async function outcomes(...texts: string[]) {
  const files = texts.map((text, at) => {
    const file = join(dir, `${at}.test.ts`)
    writeFileSync(file, `import { suite } from 'uvu'\nconst test = suite('mine')\n${text}\ntest.run()\n`)
    return file
  })
  const together = join(root, 'scripts/test/together.ts')
  const { all, exitCode } = await execa(process.execPath, [together, ...files], {
    env: { NO_COLOR: '1' },
    all: true,
    reject: false,
    stripFinalNewline: false,
  })
  return sectionsOf(files, all).map(({ output, isWhole }) => {
    const outcome = outcomeOf('x', { code: isWhole ? 0 : (exitCode ?? null), output, tookMs: 1 })
    return [outcome.passed, outcome.failed, outcome.failures.join()]
  })
}

test('each file gets its own counts and failures', async () => {
  const wrong = `test('two', () => { throw new Error('no room') })`
  assert.equal(await outcomes(`test('one', () => {})`, `test('one', () => {})\n${wrong}`, `test('three', () => {})`), [
    [1, 0, ''],
    [1, 1, 'two: no room'],
    [1, 0, ''],
  ])
})

test('what a hook throws is told, as of a file that runs alone', async () => {
  const [ended] = await outcomes(`test.before(() => { throw new Error('no room') })\ntest('one', () => {})`)
  assert.equal(ended, [0, 1, 'before: Error: no room'])
})

test('a file that ends the process has failed, and those after it did not begin', async () => {
  const ended = await outcomes(`test('one', () => {})`, `process.exit(3)`, `test('three', () => {})`)
  assert.equal(ended, [
    [1, 0, ''],
    [0, 1, 'ended with code 3 and no counts'],
  ])
})

test.run()
