import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isNote, readNote } from '../../../daemon/keeper/note.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const note = { code: 3, signal: null, endedAt: '2026-11-20T10:00:00.000Z', timedOut: false, outputBytes: 7, cut: false }

test('readNote() reads how a script ended, and nothing where there is no note', async () => {
  using at = scratch()
  assert.equal(await readNote(at.file('1.exit', JSON.stringify(note))), note)
  assert.is(await readNote(at.path('2.exit')), undefined)
})

for (const [what, wrong] of [
  ['neither code nor signal', { ...note, code: null }],
  ['both', { ...note, signal: 'SIGKILL' }],
  ['a signal that is none', { ...note, code: null, signal: 'kill -9' }],
  ['a code below zero', { ...note, code: -1 }],
  ['a time that is none', { ...note, endedAt: 'yesterday' }],
  ['half of it', { code: 3 }],
] as const) {
  test(`a note with ${what} is none`, async () => {
    using at = scratch()
    assert.not(isNote(wrong))
    const file = at.file('1.exit', JSON.stringify(wrong))
    assert.match((await failsWith('state_broken', () => readNote(file))).message, '1.exit')
  })
}

test('isNote() takes a signal in the place of a code', () => {
  assert.ok(isNote({ ...note, code: null, signal: 'SIGKILL' }))
})

test.run()
