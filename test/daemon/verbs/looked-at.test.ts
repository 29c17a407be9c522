import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LookedAt } from '../../../daemon/verbs/looked-at.ts'

test('LookedAt knows the pods that somebody asks for, of a host those within it too, until nobody does', () => {
  const looked = new LookedAt()
  assert.is(looked.at(0), undefined)
  assert.is(looked.note({ path: '', name: 'web' }, { nowMs: 0, forMs: 100 }), true)
  assert.is(looked.note({ path: 'lab' }, { nowMs: 0, forMs: 50 }), true)
  assert.is(looked.note({ path: 'lab' }, { nowMs: 10, forMs: 50 }), false)
  const pods = [
    ['', 'web'],
    ['', 'api'],
    ['lab', 'web'],
    ['lab.inner', 'x'],
    ['label', 'x'],
  ] as const
  const seen = (nowMs: number) => pods.map(([path, name]) => looked.at(nowMs)?.({ path, name }))
  assert.equal(seen(60), [true, false, true, true, false])
  assert.equal(seen(61), [true, false, false, false, false])
  assert.is(looked.at(101), undefined)
  assert.is(looked.note({ path: 'lab' }, { nowMs: 200, forMs: 50 }), true)
})

test.run()
