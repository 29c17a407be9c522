// What a test file writes whose hooks throw.

import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { outcomeOf } from '../../../scripts/test/outcome.ts'

const test = suite('told-hooks')
const hooks = new URL('../../../scripts/test/told-hooks.ts', import.meta.url).href

/** The outcome of a file with two tests and these hooks. */
async function outcomeWith(code: string) {
  const text = `import { suite } from 'uvu'
const test = suite('mine')
${code}
test('one', () => {})
test('two', () => {})
test.run()`
  const { exitCode = null, all } = await execa(
    process.execPath,
    ['--import', hooks, '--input-type=module', '-e', text],
    {
      env: { NO_COLOR: '1' },
      all: true,
      reject: false,
    },
  )
  return outcomeOf('x.test.ts', { code: exitCode, output: all, tookMs: 1 })
}

for (const [at, passed] of [
  ['before', 0],
  ['before.each', 0],
  ['after.each', 0],
] as const) {
  test(`what ${at} throws is told, and the tests that did not run have failed`, async () => {
    const outcome = await outcomeWith(`test.${at}(() => { throw new Error('no room') })`)
    assert.equal([outcome.passed, outcome.failed], [passed, 2])
    assert.is(outcome.failures[0], `${at}: Error: no room`)
  })
}

test('what after throws is told', async () => {
  const outcome = await outcomeWith(`test.after(async () => { throw new Error('it is left') })`)
  assert.is(outcome.failures[0], 'after: Error: it is left')
  assert.ok(outcome.failed > 0)
})

test('hooks that do their work change nothing', async () => {
  const outcome = await outcomeWith('test.before(() => {}); test.after.each(async () => {})')
  assert.equal([outcome.passed, outcome.failed, outcome.failures], [2, 0, []])
})

test.run()
