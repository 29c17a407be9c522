import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { heirOf } from '../../../daemon/keeper/heir.ts'
import { scratch } from '../../scratch.ts'

const keeper = { pid: 10, startTime: '100' }
const guard = { pid: 11, startTime: '101' }

test('heirOf() finds the note of that very keeper among those of others, and of what is none', async () => {
  using at = scratch()
  at.file('1/guard', JSON.stringify({ keeper: { pid: 12, startTime: '100' }, guard: { pid: 13, startTime: '1' } }))
  at.file('2/guard', '{')
  at.file('3/pipe', '')
  at.file('4/guard', JSON.stringify({ keeper, guard }))
  assert.equal(await heirOf(keeper, at.dir), guard)
  assert.is(await heirOf({ ...keeper, startTime: '102' }, at.dir), undefined)
  assert.is(await heirOf(keeper, at.path('none')), undefined)
})

test.run()
