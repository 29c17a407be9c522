// How a process ended, from what each witness says.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endOf, type Known } from '../../../daemon/pod/exit-note.ts'

const nothing: Known = { outcome: undefined, note: undefined, ending: undefined, sent: undefined, wasLinked: true }
const unnamed = { code: 0, signal: null }

for (const [what, known, end] of [
  ['exits', { outcome: { code: 3, signal: null }, note: { code: 3 } }, { code: 3, signal: null, reason: 'exited' }],
  ['exits with 0', { outcome: unnamed, note: { code: 0 } }, { code: 0, signal: null, reason: 'exited' }],
  ['of an earlier host exits', { note: { code: 3 } }, { code: 3, signal: null, reason: 'exited' }],
  [
    'is killed by a signal that Node has no name for',
    { outcome: unnamed, ending: { code: null, signal: 'SIGRTMIN+6' } },
    { code: null, signal: 'SIGRTMIN+6', reason: 'killed' },
  ],
  ['is killed by such a signal, unseen', { outcome: unnamed }, { code: null, signal: null, reason: 'killed' }],
  [
    'dumps its core',
    { outcome: { code: null, signal: 'SIGABRT' }, ending: { code: null, signal: 'SIGABRT' } },
    { code: null, signal: 'SIGABRT', reason: 'killed' },
  ],
  [
    'of an earlier host is killed before our eyes',
    { ending: { code: null, signal: 'SIGKILL' } },
    { code: null, signal: 'SIGKILL', reason: 'killed' },
  ],
  ['of an earlier host is killed by us', { sent: 'SIGTERM' }, { code: null, signal: 'SIGTERM', reason: 'killed' }],
  ['of an earlier host is gone once it was linked', {}, { code: null, signal: null, reason: 'killed' }],
  [
    'of an earlier host was gone when we came',
    { wasLinked: false },
    { code: null, signal: null, reason: 'lost', message: 'it ended while no host looked', isUnseen: true },
  ],
] as [string, Partial<Known>, unknown][]) {
  test(`endOf() of a process that ${what}`, () => {
    assert.equal(endOf({ ...nothing, ...known }), end)
  })
}

test.run()
