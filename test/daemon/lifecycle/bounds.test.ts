import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decideBounds } from '../../../daemon/lifecycle/bounds.ts'

const bounds = { memory: 100, memoryMax: 150, processes: 5 }
const at = (
  memory: number,
  { often = 0, askedMs, nowMs = 100_000 }: { often?: number; askedMs?: number; nowMs?: number } = {},
) => decideBounds({ often, ...(askedMs !== undefined && { askedMs }) }, { memory, processes: 1 }, { bounds, nowMs })

test('decideBounds() forgives one look over the memory, and asks for another run at the second', () => {
  assert.equal(at(100), [{ often: 0 }])
  assert.equal(at(101), [{ often: 1 }])
  assert.equal(at(101, { often: 1 }), [
    { often: 2, askedMs: 100_000 },
    { said: 'memory limit 100 B (was 101 B)', isHard: false },
  ])
  assert.equal(at(90, { often: 7, askedMs: 100_000 }), [{ often: 0 }])
})

test('decideBounds() asks again only when the other one had time to come up', () => {
  assert.is(at(101, { often: 2, askedMs: 90_000 })[1], undefined)
  assert.is(at(101, { often: 2, askedMs: 70_000 })[1]?.isHard, false)
})

test('decideBounds() kills at the first look beyond what nothing may pass', () => {
  assert.equal(at(151)[1], { said: 'memory limit 150 B (was 151 B)', isHard: true })
  const [, over] = decideBounds({ often: 0 }, { memory: 1, processes: 6 }, { bounds, nowMs: 0 })
  assert.equal(over, { said: 'process limit 5 (were 6)', isHard: true })
  assert.equal(decideBounds({ often: 0 }, { memory: 1e9, processes: 1e9 }, { bounds: {}, nowMs: 0 }), [{ often: 0 }])
})

test.run()
