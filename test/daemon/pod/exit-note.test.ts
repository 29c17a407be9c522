// How a process ended, from what each witness says.
import { mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endOf, type Known, readBegun, readBegunNote, readExitNote } from '../../../daemon/pod/exit-note.ts'
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
    'of an earlier host left what cannot be read',
    { unread: 'EIO', wasLinked: true, sent: undefined },
    { code: null, signal: null, reason: 'lost', message: 'how it ended cannot be read: EIO', isUnseen: true },
  ],
  [
    'left what cannot be read, and was our child',
    { unread: 'EIO', outcome: { code: 3, signal: null } },
    { code: 3, signal: null, reason: 'exited' },
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

test('readBegun() reads what a keeper has begun, and nothing of half a note', async () => {
  using at = scratch()
  const exit = at.path('1.exit')
  const write = (note: object | string) => at.file('1.begun', typeof note === 'string' ? note : JSON.stringify(note))
  const keeper = { pid: 7, startTime: '1' }
  write({ pid: 8, startTime: '2', keeper })
  assert.equal(await readBegun(exit), { pid: 8, startTime: '2', keeper })
  write({ pid: 0, startTime: '', keeper })
  assert.equal([await readBegun(exit), (await readBegunNote(exit))?.pid], [undefined, 0])
  for (const torn of ['', '{"pid":8', { pid: 8, startTime: '2' }, { pid: 1, startTime: '2', keeper }]) {
    write(torn)
    assert.is(await readBegunNote(exit), undefined)
  }
})

test('what is no file in the place of a note is none, and what cannot be seen is not taken for none', async () => {
  using at = scratch()
  mkdirSync(at.path('1.exit'))
  symlinkSync(at.file('other', '{"code":0}'), at.path('2.exit'))
  for (const name of ['1.exit', '2.exit', 'other/3.exit']) assert.is(await readExitNote(at.path(name)), undefined, name)
  const unseen = at.path(`${'x'.repeat(300)}.exit`)
  for (const read of [readExitNote, readBegun, readBegunNote]) {
    const code = await read(unseen).catch(error => error.code)
    assert.is(code, 'ENAMETOOLONG')
  }
})

test.run()
