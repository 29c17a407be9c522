import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/call.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const called = async (args: string[], value: unknown, options = {}) =>
  await doing(run, { args: ['local', 'math', 'add', ...args], options }, { 'pod.call': { value, run: 'math.1' } })

test('run() reads arguments as JSON where they are, and as texts where not', async () => {
  const { asked } = await called(['1', '"two"', 'three', '{"a":[4]}', 'null', '-5', ''], 0)
  assert.equal(asked, [['pod.call', { name: 'math', fn: 'add', args: [1, 'two', 'three', { a: [4] }, null, -5, ''] }]])
})

test('run() gives a number that would lose digits as a text', async () => {
  const long = ['76561197994888976', '12345678901234567890', '9007199254740993', '-9007199254740995']
  const args = ['local', 'x', 'f', ...long, '7', '9007199254740991']
  const { asked } = await doing(run, { args }, { 'pod.call': { value: 1 } })
  assert.equal(asked[0], ['pod.call', { name: 'x', fn: 'f', args: [...long, 7, 9007199254740991] }])
})

test('run() prints a text as it is, and anything else as JSON', async () => {
  assert.is((await called([], 'a text')).text, 'a text')
  assert.is((await called([], { a: [1, 2] })).text, '{"a":[1,2]}')
  assert.is((await called([], null)).text, 'null')
})

test('run() gives the host the time that --timeout says, and refuses what is no time', async () => {
  assert.is((await called([], 0, { timeout: '2s' })).asked[0]?.[1].timeoutMs, 2000)
  for (const timeout of ['soon', '0', '-1', '1 s']) {
    const error = await failsWith('usage', () => called([], 0, { timeout }))
    assert.match(error.message, `--timeout ${JSON.stringify(timeout)}`)
  }
})

test.run()
