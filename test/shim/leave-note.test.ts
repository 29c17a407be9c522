// Notes of how a process ended, on a disk that is full, and is not.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readNote } from '../../daemon/keeper/note.ts'
import { readExitNote } from '../../daemon/pod/exit-note.ts'
import { dropNote, leaveNote, reserveNote } from '../../shim/leave-note.ts'
import { needs, skipped } from '../needs.ts'
import { scratch } from '../scratch.ts'

const note = { code: 3, signal: null, endedAt: '2026-11-20T10:00:00.000Z', timedOut: false, outputBytes: 7, cut: false }

test('reserveNote() leaves nothing to read, and leaveNote() all that there is', async () => {
  using at = scratch()
  const file = at.path('1.exit')
  reserveNote(file)
  assert.equal(
    [await readExitNote(file), await readNote(file), statSync(file).mode & 0o777],
    [undefined, undefined, 0o600],
  )
  leaveNote(file, note)
  assert.equal([await readExitNote(file), await readNote(file)], [note, note])
  assert.equal(readdirSync(at.dir), ['1.exit'])
  dropNote(file)
  leaveNote(at.path('removed/1.exit'), note)
  assert.equal(readdirSync(at.dir), [])
})

needs(test, 'root')('on a full disk a note is left in the room that was taken for it', async () => {
  using at = scratch()
  const disk = at.path('disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk], { stdio: 'ignore' })
  } catch {
    return skipped('on a full disk a note is left in the room that was taken for it', 'this root may not mount')
  }
  try {
    const [file, given, late] = [`${disk}/1.exit`, `${disk}/given.exit`, `${disk}/late.exit`]
    for (const made of [given, late]) writeFileSync(made, '')
    for (const taken of [file, given]) reserveNote(taken)
    assert.throws(() => writeFileSync(`${disk}/junk`, Buffer.alloc(1_000_000)), /ENOSPC/)
    assert.throws(() => reserveNote(`${disk}/2.exit`), /ENOSPC/)
    assert.not(existsSync(`${disk}/2.exit`))
    assert.throws(() => reserveNote(late), /ENOSPC/)
    for (const taken of [file, given]) {
      leaveNote(taken, note)
      assert.equal([await readExitNote(taken), await readNote(taken)], [note, note])
    }
    leaveNote(late, note)
    assert.is(await readExitNote(late), undefined)
    rmSync(`${disk}/junk`)
    leaveNote(file, { ...note, code: 4 })
    assert.is(readFileSync(file, 'utf8'), JSON.stringify({ ...note, code: 4 }))
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})

test.run()
