// What chaos says of counts of restarts: each death is one, and nothing else is.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { EndReason, RunInfo } from '../../../protocol/words.ts'
import { restartComplaint } from '../../../scripts/chaos/check-restarts.ts'

type Seen = Pick<RunInfo, 'id' | 'slot' | 'version' | 'end'>

/** A run of slot 0 that ended so; one that is up has no end. */
function run(number: number, reason?: EndReason, version = 1): Seen {
  const end = reason && { code: null, signal: null, reason }
  return { id: `web.${number}`, slot: 0, version, ...(end && { end: end as NonNullable<RunInfo['end']> }) }
}

const before = { number: 3, restarts: 5 }
const said = (now: { number: number; restarts: number }, runs: Seen[], killed: number[] = [], isExact = true) =>
  restartComplaint({ before, now, killed: new Set(killed), runs, isExact })

test('restartComplaint() is content where each death is one restart', () => {
  assert.is(said({ number: 3, restarts: 5 }, [run(3)]), undefined)
  assert.is(
    said({ number: 5, restarts: 7 }, [run(5), run(4, 'fault'), run(3, 'killed'), run(2, 'killed')], [3]),
    undefined,
  )
})

test('restartComplaint() names a count that fell, missed a death or counted one twice', () => {
  const runs = [run(4), run(3, 'killed')]
  for (const restarts of [0, 5, 7])
    assert.match(String(said({ number: 4, restarts }, runs, [3])), /^has -?\d restarts after 1 kills and 1 ends/)
})

test('restartComplaint() counts a run that was killed twice once, and one that was killed before not', () => {
  assert.is(said({ number: 4, restarts: 6 }, [run(4), run(3, 'killed')], [3, 3, 2]), undefined)
})

test('restartComplaint() does without ends that may have no record, and not without a restart for each kill', () => {
  assert.is(said({ number: 5, restarts: 7 }, [run(5)], [3], false), undefined)
  assert.match(String(said({ number: 5, restarts: 5 }, [run(5)], [3], false)), /has 0 restarts after 1 kills/)
})

test('restartComplaint() says nothing where a verb was done whose answer nobody heard', () => {
  assert.is(said({ number: 4, restarts: 0 }, [run(4), run(3, 'stopped')]), 'unknown')
  assert.is(said({ number: 4, restarts: 0 }, [run(4, undefined, 2), run(3, 'killed')]), 'unknown')
})

test.run()
