import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Options, wholeNumber } from '../../../cli/argv/options.ts'
import { failsWith } from '../../fails.ts'

test('Options keep every value of an option in order, and text() is the last', () => {
  const options = new Options()
  options.add('env', 'A=1')
  options.add('env', 'B=2')
  assert.equal([options.all('env'), options.text('env'), options.has('env')], [['A=1', 'B=2'], 'B=2', true])
  assert.equal([options.all('none'), options.text('none'), options.has('none')], [[], undefined, false])
})

test('wholeNumber() reads digits within limits, and nothing else', async () => {
  const read = (text: string) => wholeNumber(text, { what: 'the scale', least: 1, most: 100 })
  assert.equal(['1', '100', '007'].map(read), [1, 100, 7])
  for (const text of ['0', '101', '-1', '1.0', '1e2', ' 1', '0x1', '', '9'.repeat(17)]) {
    const { message } = await failsWith('usage', () => read(text))
    assert.is(message, `Cannot read the scale ${JSON.stringify(text)}: it is not a whole number from 1 to 100`)
  }
})

test('wholeNumber() of an option is undefined where it was not given, and calls a mistake as it is told', async () => {
  const options = new Options()
  assert.is(options.wholeNumber('limit'), undefined)
  options.add('limit', 'x')
  const error = await failsWith('bad_params', () => options.wholeNumber('limit', { code: 'bad_params' }))
  assert.match(error.message, '--limit "x": it is not a whole number from 0 up')
})

test.run()
