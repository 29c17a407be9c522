import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { depthOf, isHostPath, parentOf } from '../../../daemon/tree/host-path.ts'

test('isHostPath() wants a name at each dot', () => {
  for (const path of ['lab', 'lab.inner', 'a.b.c', 'lab-2.x']) assert.ok(isHostPath(path), path)
  for (const path of ['', '.', 'lab.', '.lab', 'lab..inner', 'Lab', '..', 'lab/inner', 'owner.json~'])
    assert.not(isHostPath(path), path)
})

test('parentOf() is the host that one lies in, and the root of one that lies in none', () => {
  assert.equal(['lab', 'lab.inner', 'lab.inner.most'].map(parentOf), ['', 'lab', 'lab.inner'])
})

test('depthOf() counts the hosts on the way, the last one too', () => {
  assert.equal(['lab', 'lab.inner', 'lab.inner.most'].map(depthOf), [1, 2, 3])
})

test.run()
