import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isLifeline } from '../../protocol/lifeline.ts'

test('isLifeline() knows the pipe of a keeper, which has a name and is removed, from what else a descriptor may lead to', () => {
  assert.ok(isLifeline('/data/keepers/4711-3 (deleted)'))
  for (const link of ['pipe:[123]', 'socket:[4]', '/data/keepers/4711-3', '/data/log (deleted)', '/dev/null', ''])
    assert.not.ok(isLifeline(link), link)
})

test.run()
