// How large a pushed folder may be.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseLarge } from '../../../daemon/image/tree-limits.ts'
import { failsWith } from '../../fails.ts'

const settings = { maxTreeBytes: 100, maxTreeFiles: 3, maxFileBytes: 50 }

test('refuseLarge() names the limit, and the setting that raises it', async () => {
  refuseLarge({ bytes: 100, files: 3, largest: { path: 'a', size: 50 } }, settings)
  const refusals = [
    [{ bytes: 101, files: 1 }, 'maxTreeBytes', /101 bytes, the limit is 100$/],
    [{ bytes: 1, files: 4 }, 'maxTreeFiles', /4 files, the limit is 3$/],
    [{ bytes: 51, files: 1, largest: { path: 'a.bin', size: 51 } }, 'maxFileBytes', /"a.bin" has 51 bytes/],
  ] as const
  for (const [amount, setting, message] of refusals) {
    const error = await failsWith('too_large', () => refuseLarge(amount, settings))
    assert.match(error.message, message)
    assert.match(String(error.hint), setting)
  }
})

test.run()
