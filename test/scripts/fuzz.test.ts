// The fuzzer, in short: every part that needs no host gets some inputs, the same ones each time, and three times as many in
// `npm run test:long`. Hours of it: npm run fuzz -- --minutes N.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { attack } from '../../scripts/fuzz/target.ts'
import { parts } from '../../scripts/fuzz/targets/all.ts'
import { isLong } from '../../scripts/test/moments.ts'

/** Fixed, so that a change fails by what it changes and not by chance. */
const seed = 20_261_121
const limitMs = 2000

for (const target of parts) {
  test(`${target.id}: ${target.promise}`, async () => {
    const { inputs, failure } = await attack(target, { seed, inputs: isLong() ? 150 : 50, limitMs })
    assert.is(failure, undefined, failure)
    assert.ok(inputs > 0)
  })
}

test.run()
