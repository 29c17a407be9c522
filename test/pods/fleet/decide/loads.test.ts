// What hosts have to do, as a sum that is kept.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Loads } from '../../../../pods/fleet/decide/loads.ts'

test('Loads tells what others have, and follows what is noted', () => {
  const web = { name: 'web', assigned: { a: 2, b: 1 }, memory: 10 }
  const loads = new Loads([web, { name: 'api', assigned: { a: 1 }, memory: 5 }])
  assert.equal(loads.ofOthers('web', 'a'), { runs: 1, memory: 5 })
  assert.equal(loads.ofOthers('api', 'a'), { runs: 2, memory: 20 })
  assert.equal(loads.ofOthers('new', 'a'), { runs: 3, memory: 25 })
  loads.note({ ...web, assigned: { c: 3 } })
  assert.equal(loads.ofOthers('new', 'a'), { runs: 1, memory: 5 })
  assert.equal(loads.ofOthers('new', 'c'), { runs: 3, memory: 30 })
  assert.equal(
    ['a', 'b', 'c', 'd'].map(host => loads.has(host)),
    [true, false, true, false],
  )
})

test.run()
