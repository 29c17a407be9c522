import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { userSchema } from '../../protocol/user.ts'

test('userSchema takes names and numbers, as texts', () => {
  const read = (value: unknown) => {
    const result = userSchema['~standard'].validate(value)
    return result instanceof Promise || result.issues ? undefined : result.value
  }
  const rows: [value: unknown, user: string | undefined][] = [
    ['www-data', 'www-data'],
    ['_apt', '_apt'],
    [1000, '1000'],
    ['someone@example.com', 'someone@example.com'],
    ['-rf', undefined],
    ['a:b', undefined],
    ['', undefined],
    [-1, undefined],
    [true, undefined],
  ]
  for (const [value, user] of rows) assert.is(read(value), user, String(value))
})

test.run()
