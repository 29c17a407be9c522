import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { changedQuota, quotaChangeSchema, quotaSchema } from '../../protocol/quota.ts'

test('changedQuota() changes what is given, takes away what is null, and keeps the rest', () => {
  assert.equal(changedQuota({}, { pods: 3 }), { pods: 3 })
  assert.equal(changedQuota({ pods: 3, runs: 4 }, { pods: 0, memory: 1024 }), { pods: 0, runs: 4, memory: 1024 })
  assert.equal(changedQuota({ pods: 3, runs: 4 }, { pods: null }), { runs: 4 })
  assert.equal(changedQuota({ pods: 3 }, { pods: null, items: null }), {})
})

test('quotaSchema reads amounts as bytes, and refuses what is no bound', () => {
  assert.equal(v.parse(quotaSchema, { memory: '1GB', images: 10, pods: 0 }), { memory: 1024 ** 3, images: 10, pods: 0 })
  for (const wrong of [{ pods: -1 }, { pods: 1.5 }, { runs: '3' }, { memory: 'much' }, { pod: 1 }, { items: null }])
    assert.not.ok(v.safeParse(quotaSchema, wrong).success, JSON.stringify(wrong))
  assert.equal(v.parse(quotaChangeSchema, { items: null, images: '1KB' }), { items: null, images: 1024 })
})

test.run()
