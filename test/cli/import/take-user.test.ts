import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Draft } from '../../../cli/import/imported.ts'
import { takeUser } from '../../../cli/import/take-user.ts'

test('takeUser() takes names and numbers, and nothing else', () => {
  const rows: [value: unknown, user: string | undefined][] = [
    ['www-data', 'www-data'],
    [1000, '1000'],
    ['', undefined],
    ['a b', undefined],
    [null, undefined],
  ]
  for (const [value, user] of rows) {
    const pod: Draft = {}
    const outcome = takeUser(value, pod)
    assert.equal([pod.user, 'lost' in outcome], [user, user === undefined], String(value))
  }
})

test.run()
