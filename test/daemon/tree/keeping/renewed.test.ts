import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../../../daemon/store/desired.ts'
import { renewed } from '../../../../daemon/tree/keeping/renewed.ts'
import { failsWith } from '../../../fails.ts'

const image = (version: number) => ({ version, hash: `h${version}`, size: 1, pushedAt: '2026-11-20T10:00:00.000Z' })
const desired = { images: [image(3), image(5)], version: 3, generation: 7, want: 'up' } as unknown as Desired

test('renewed() begins the newest version anew', () => {
  const { version, generation, want } = renewed(desired, 'web')
  assert.equal([version, generation, want], [5, 8, 'up'])
})

test('renewed() counts runs that a reload has begun as begun before', () => {
  const reload = { version: 5, params: {}, config: {}, generation: 9, width: 1, past: [] }
  assert.is(renewed({ ...desired, reload }, 'web').generation, 10)
})

test('renewed() begins the version that is asked for', () => {
  assert.is(renewed(desired, 'web', 3).version, 3)
})

test('renewed() refuses a version that is not kept, and names those that are', async () => {
  const error = await failsWith('version_not_found', () => renewed(desired, 'web', 4))
  assert.match(error.hint ?? '', 'v3, v5')
  assert.equal(error.facts, { pod: 'web', version: 4 })
})

test.run()
