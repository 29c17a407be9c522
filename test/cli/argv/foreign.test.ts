import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { foreignOption } from '../../../cli/argv/foreign.ts'
import { retryDelayMs } from '../../../daemon/lifecycle/backoff.ts'

const textOf = (name: string) => foreignOption(name)?.steps[0]?.text ?? ''

test('foreignOption() refuses what no pod means, and says what to do here', () => {
  for (const [name, text] of [
    ['no-autorestart', '--restart never'],
    ['no-treekill', '--stop-to main'],
    ['m', '--memory 200MB'],
    ['i', '--scale'],
    ['d', 'leaves it in the background'],
  ] as const) {
    assert.is(foreignOption(name)?.isRefused, true, name)
    assert.match(textOf(name), text)
  }
})

test('foreignOption() names our own option of the same meaning', () => {
  for (const name of ['check-every', 'check-period']) assert.match(textOf(name), '--check-interval')
  assert.match(textOf('check-retries'), '--check-failures')
  const found = foreignOption('instances')
  assert.equal([found?.isRefused, found?.steps[0]?.text], [true, 'In p8a that option is --scale'])
  assert.match(textOf('max-memory-restart'), /--memory$/)
})

test('foreignOption() only tells of what a pod may well have as a param', () => {
  assert.is(foreignOption('uid')?.isRefused, false)
  assert.match(textOf('cpus'), /--cpu 0\.5.*--nice/)
})

test('foreignOption() takes --name for an option of another tool where its value could be the name of a pod', () => {
  assert.is(foreignOption('name', { value: 'api' })?.isRefused, false)
  assert.match(foreignOption('name', { value: 'api' })?.steps[0]?.text ?? '', 'a word of its own')
  assert.is(foreignOption('name', { value: 'Ann' }), undefined)
})

test('foreignOption() knows nothing of any other name, also of what every object has', () => {
  for (const name of ['color', 'scale', 'constructor', '__proto__', 'toString'])
    assert.is(foreignOption(name), undefined, name)
})

test('foreignOption() knows letters with one dash alone: --d is a param like any other', () => {
  assert.is(foreignOption('d', { isShort: true })?.isRefused, true)
  assert.is(foreignOption('d', { isShort: false }), undefined)
})

test('foreignOption() says of the delay before a restart what the host does', () => {
  const longest = retryDelayMs(1000, 0) / 60_000
  assert.is(retryDelayMs(1, 0), 0)
  for (const name of ['restart-delay', 'exp-backoff-restart-delay'])
    assert.match(textOf(name), `from none to ${longest} minutes`)
})

test.run()
