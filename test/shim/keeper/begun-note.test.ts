import { existsSync, readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BegunNoteFile } from '../../../shim/keeper/begun-note.ts'
import { scratch } from '../../scratch.ts'

const keeper = { pid: 7, startTime: '123' }

test('a note takes its room before there is a process, and keeps it', () => {
  using at = scratch()
  const file = at.path('1.begun')
  const note = new BegunNoteFile(at.path('1.exit'), keeper)
  const read = () => JSON.parse(readFileSync(file, 'utf8'))
  const { size, mode } = statSync(file)
  assert.equal([read(), mode & 0o777], [{ pid: 0, startTime: '', keeper }, 0o600])
  note.leave({ pid: 4_194_304, startTime: '12345678901' })
  assert.equal([read(), statSync(file).size], [{ pid: 4_194_304, startTime: '12345678901', keeper }, size])
  note.close()
  assert.ok(existsSync(file))
})

test('a note of no process is none', () => {
  using at = scratch()
  new BegunNoteFile(at.path('1.exit'), keeper).close()
  assert.not(existsSync(at.path('1.begun')))
  assert.throws(() => new BegunNoteFile(at.path('missing/1.exit'), keeper), 'ENOENT')
})

test.run()
