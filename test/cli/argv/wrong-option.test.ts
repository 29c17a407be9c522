import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ofOption, wrongOption } from '../../../cli/argv/wrong-option.ts'
import { exitCodeOf } from '../../../cli/say/report.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { optionsOf } from '../commands/doing.ts'

const since = { option: 'since', value: 'x' }

test('wrongOption() is wrong usage, and names the option', () => {
  const error = wrongOption(since, { why: 'it is odd', hint: 'do' })
  assert.equal([error.message, error.hint, error.facts], ['Cannot read --since "x": it is odd', 'do', since])
  assert.is(exitCodeOf(error), 2)
})

test('ofOption() takes what is wrong from the fact, whatever the message says', () => {
  const odd = new P8aError('file_not_found', 'Cannot read: a, b: c', {
    hint: 'do',
    facts: { problem: 'it is odd', file: 'f' },
  })
  const error = ofOption(odd, since) as P8aError
  assert.equal([error.code, error.message, error.hint], ['file_not_found', 'Cannot read --since "x": it is odd', 'do'])
  assert.equal(error.facts, { file: 'f', ...since })
  assert.is(exitCodeOf(error), 2)
  const plain = ofOption(new P8aError('no_space', 'The disk is full'), since) as P8aError
  assert.is(plain.message, 'Cannot read --since "x": The disk is full')
})

test('ofOption() leaves an error of another option or of a variable, and what is none of ours', () => {
  for (const error of [
    wrongOption({ option: 'until', value: 'y' }, { why: 'it is odd' }),
    new P8aError('usage', 'x', { facts: { variable: 'P8A_MAX_STDIN' } }),
    new TypeError('x'),
  ])
    assert.is(ofOption(error, since), error)
})

test('read() and readAll() name the option, whether the reader throws at once or later', async () => {
  const options = optionsOf({ since: 'x', 'env-file': ['a', 'b'] })
  const odd = (value: string) => {
    throw new P8aError('bad_time', 'odd', { facts: { problem: `${value} is odd` } })
  }
  const atOnce = await failsWith('bad_time', () => options.read('since', odd))
  const later = await failsWith('bad_time', async () => await options.read('since', async value => odd(value)))
  assert.equal([atOnce.message, later.message], Array(2).fill('Cannot read --since "x": x is odd'))
  const all = await failsWith('bad_time', () =>
    options.readAll('env-file', value => (value === 'b' ? odd(value) : value)),
  )
  assert.equal([all.facts.option, all.facts.value], ['env-file', 'b'])
  assert.is(options.read('until', odd), undefined)
  assert.equal(
    options.readAll('env-file', value => value),
    ['a', 'b'],
  )
})

test.run()
