import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isStill, stillOutside } from '../../../daemon/pod/outside-still.ts'
import type { Connections } from '../../../daemon/system/connections.ts'

test('isStill() wants nobody connected, now and of late', () => {
  assert.equal(
    [{ open: 1 }, { open: 0 }, { open: 0, closedMs: 500 }, { open: 0, closedMs: 1500 }].map(of => isStill(of, 1000)),
    [false, true, false, true],
  )
})

/** What each look finds; the last one again and again. */
function looks(...found: (Connections | undefined)[]) {
  const left = [...found]
  return async () => (left.length > 1 ? left.shift() : left[0])
}

test('stillOutside() resolves once nobody has been connected for so long', async () => {
  const { signal } = new AbortController()
  await stillOutside({ ports: [], forMs: 1, signal }, looks({ open: 1 }, { open: 0, closedMs: 0 }, { open: 0 }))
})

test('stillOutside() goes on until it is given up where somebody stays, and where nobody can know', async () => {
  for (const found of [{ open: 1 }, undefined]) {
    const ending = new AbortController()
    let asked = 0
    const read = async () => {
      if (++asked === 3) ending.abort(new Error('it was given up'))
      return found
    }
    const error = await stillOutside({ ports: [], forMs: 1, signal: ending.signal }, read).catch(error => error)
    assert.equal([error.message, asked], ['it was given up', 3])
  }
})

test.run()
