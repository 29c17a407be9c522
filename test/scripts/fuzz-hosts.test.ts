// The fuzzer, in short, against real hosts: as many inputs as there is time for, and what must hold once they were tried.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { attack } from '../../scripts/fuzz/target.ts'
import { hosts } from '../../scripts/fuzz/targets/all.ts'

/** Fixed, so that a change fails by what it changes and not by chance. */
const seed = 20_261_121
/** The most of its time is that of hosts which begin and end. */
const limitMs = 1000

for (const target of hosts) {
  test(`${target.id}: ${target.promise}`, async () => {
    const { inputs, failure } = await attack(target, { seed, inputs: 300, limitMs })
    assert.is(failure, undefined, failure)
    assert.ok(inputs > 0)
  })
}

test.run()
