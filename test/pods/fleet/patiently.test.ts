import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patiently } from '../../../pods/fleet/patiently.ts'

const isPassing = ({ code }: { code?: unknown }) => code === 'away'

/** Fails with these codes, one after the other, and then says how often it was asked. */
function failing(...codes: string[]) {
  let times = 0
  return async () => {
    const code = codes[times++]
    if (code !== undefined) throw Object.assign(new Error('refused'), { code })
    return times
  }
}

test('patiently() asks again until it is done', async () => {
  assert.is(await patiently(failing('away', 'away'), { isPassing, forMs: 60_000 }), 3)
})

test('patiently() asks nothing again that failed otherwise', async () => {
  const work = failing('away', 'full')
  assert.is(await patiently(work, { isPassing, forMs: 60_000 }).catch(({ code }) => code), 'full')
  assert.is(await work(), 3)
})

test('patiently() gives up in the end', async () => {
  assert.is(await patiently(failing('away', 'away'), { isPassing, forMs: -1 }).catch(({ code }) => code), 'away')
})

test.run()
