import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../../daemon/script/encoding.ts'
import { failsWith } from '../../fails.ts'

test('decode() takes text as it is, and base64 with its line ends', () => {
  assert.equal(decode('aGk=', 'utf8').toString(), 'aGk=')
  for (const text of ['aGk=', 'aGk', 'aG\nk=\n']) assert.equal(decode(text, 'base64').toString(), 'hi', text)
})

test('decode() refuses what is not base64', async () => {
  for (const text of ['hé', 'a=b', 'aGk=!']) await failsWith('bad_params', () => decode(text, 'base64'))
})

test.run()
