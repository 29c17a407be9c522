import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { brokenOff, type Stood } from '../../../../pods/fleet/decide/broken-off.ts'

test('brokenOff() names what has got no part for so long since it was seen first, and forgets what is whole or gone', () => {
  const looks: [nowMs: number, parts: Record<string, number>, due: string[]][] = [
    [0, { stands: 3, goes: 1, ends: 2 }, []],
    [99, { stands: 3, goes: 2, ends: 2 }, []],
    [100, { stands: 3, goes: 2 }, ['stands']],
    [150, { stands: 3, goes: 3, ends: 2 }, ['stands']],
    [250, { goes: 3, ends: 2 }, ['goes', 'ends']],
  ]
  let known: ReadonlyMap<string, Stood> = new Map()
  for (const [nowMs, parts, expected] of looks) {
    const { stood, due } = brokenOff(new Map(Object.entries(parts)), known, { nowMs, afterMs: 100 })
    assert.equal(due, expected, `at ${nowMs}`)
    known = stood
  }
})

test.run()
