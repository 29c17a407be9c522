// How a process ended, from what each witness says.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endOf, type Known, readExitNote } from '../../../daemon/pod/exit-note.ts'
import { scratch } from '../../scratch.ts'

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
  [
    'failed, and what another attempt may come to',
    { outcome: { code: 3, signal: null }, note: { code: 3, message: 'no', outlook: 'none' } },
    { code: 3, signal: null, reason: 'fault', message: 'no', outlook: 'none' },
  ],
] as [string, Partial<Known>, unknown][]) {
  test(`endOf() of a process that ${what}`, () => {
    assert.equal(endOf({ ...nothing, ...known }), end)
  })
}

test('readExitNote() reads a note, and nothing of half a one', async () => {
  using at = scratch()
  const read = async (text: string) => await readExitNote(at.file('1.exit', text))
  assert.equal(await read('{"code":1,"message":"no"}'), { code: 1, message: 'no' })
  for (const torn of ['', '{"code":1', 'null', '[]', '{"message":"no"}', '{"code":"1"}'])
    assert.is(await read(torn), undefined)
  assert.is(await readExitNote(at.path('gone')), undefined)
})

test.run()
