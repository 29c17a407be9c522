import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endOf, type Known, readExitNote } from '../../../daemon/pod/exit-note.ts'
import { scratch } from '../../scratch.ts'

const nothing: Known = { outcome: undefined, note: undefined, ending: undefined, sent: undefined, wasLinked: true }
const exited = { code: 3, signal: null }
const killed = { code: null, signal: 'SIGSEGV' } as const

for (const [what, known, end] of [
  ['an exit that Node told', { outcome: exited }, { ...exited, reason: 'exited' }],
  ['a kill that Node told, whatever we sent', { outcome: killed, sent: 'SIGTERM' }, { ...killed, reason: 'killed' }],
  [
    'the note of what was not our child',
    { note: { code: 0 }, sent: 'SIGTERM' },
    { code: 0, signal: null, reason: 'exited' },
  ],
  ['how its link said that it would end', { ending: exited, sent: 'SIGKILL' }, { ...exited, reason: 'exited' }],
  ['the signal that we sent last', { sent: 'SIGKILL' }, { code: null, signal: 'SIGKILL', reason: 'killed' }],
  ['nothing, of one that had a link', {}, { code: null, signal: null, reason: 'killed' }],
  [
    'a signal without a name, which Node calls code 0',
    { outcome: { code: 0, signal: null } },
    { code: null, signal: null, reason: 'killed' },
  ],
  [
    'nothing, of one that ended while no host looked',
    { wasLinked: false },
    { code: null, signal: null, reason: 'lost', message: 'it ended while no host looked', isUnseen: true },
  ],
  [
    'an error, and what another attempt may come to',
    { outcome: exited, note: { code: 3, message: 'no', outlook: 'none' } },
    { ...exited, reason: 'fault', message: 'no', outlook: 'none' },
  ],
] as const) {
  test(`endOf() makes an end of ${what}`, () => {
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
