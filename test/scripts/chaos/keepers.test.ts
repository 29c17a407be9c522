// The processes that wait beside keepers, as the checks of chaos see them.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { guardsAmiss } from '../../../scripts/chaos/keepers.ts'

const test = suite('keepers of chaos')

const keeper = { pid: 10, parent: 1, group: 10, command: 'p8a keeper' }
const guard = { pid: 11, parent: 10, group: 11, command: '/bin/sh -c read -r over || exec "$0" "$@" </dev/null node' }

test('a keeper has one process beside it', () => {
  assert.equal(guardsAmiss([keeper]), [])
  assert.equal(guardsAmiss([keeper, guard]), [])
  assert.equal(guardsAmiss([keeper, guard, { ...guard, pid: 12 }]), [
    'keeper 10: has more than one process beside it: 11, 12',
  ])
})

test('one whose keeper is gone is left over', () => {
  assert.equal(guardsAmiss([guard]), ['pid 11: waits beside a keeper that is gone'])
  const other = { ...keeper, command: 'pod web.1' }
  assert.equal(guardsAmiss([other, guard]), ['pid 11: waits beside a keeper that is gone'])
})

test.run()
