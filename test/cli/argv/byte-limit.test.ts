import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { byteLimit, sizeText } from '../../../cli/argv/byte-limit.ts'
import { failsWith } from '../../fails.ts'

const limit = (given: string | undefined) => byteLimit(given, { variable: 'P8A_MAX', usual: 3 * 1024 * 1024 })

test('byteLimit() reads numbers of bytes with their units', () => {
  for (const [given, bytes] of [
    [undefined, 3 * 1024 * 1024],
    ['65536', 65536],
    ['64K', 65536],
    ['64 KiB', 65536],
    ['5b', 5],
    ['2MB', 2 * 1024 * 1024],
    ['1g', 1024 ** 3],
  ] as const)
    assert.is(limit(given), bytes, given)
})

test('byteLimit() refuses what is no number of bytes, by the name of the variable', async () => {
  for (const given of ['much', '0', '-1', '1.5M', '999999999999999G', '1e6']) {
    const error = await failsWith('usage', async () => limit(given))
    assert.is(error.facts.variable, 'P8A_MAX')
    assert.match(error.hint as string, 'without the variable it is 3 MiB')
  }
})

test('sizeText() takes the largest unit that has it as a whole number', () => {
  assert.equal([64 * 1024 * 1024, 512 * 1024, 100].map(sizeText), ['64 MiB', '512 KiB', '100 bytes'])
})

test.run()
