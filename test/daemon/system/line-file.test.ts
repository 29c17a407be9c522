// A file of lines whose disk is full, and with which people do what they like. Calls of the file system are made to fail.
import fs, { readFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineFile } from '../../../daemon/system/line-file.ts'
import { scratch } from '../../scratch.ts'

const { writeSync } = fs
test.after.each(() => {
  Object.assign(fs, { writeSync })
  syncBuiltinESMExports()
})

/** From now on writes take so many bytes and no more. */
function diskWith(room: number): void {
  let left = room
  const limited = (fd: number, bytes: Buffer) => {
    if (left === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const written = writeSync(fd, bytes.subarray(0, left))
    left -= written
    return written
  }
  Object.assign(fs, { writeSync: limited })
  syncBuiltinESMExports()
}

function opened({ maxBytes = 1e9 } = {}) {
  const at = scratch()
  const file = at.path('host.log')
  let nowMs = 0
  const lines = new LineFile(file, { maxBytes, nowMs: () => nowMs, confess: lost => `lost ${lost}\n` })
  return {
    file,
    lines,
    later: () => (nowMs += 1000),
    text: (name = file) => readFileSync(name, 'utf8'),
    [Symbol.dispose]: () => {
      lines.close()
      at[Symbol.dispose]()
    },
  }
}

test('write() appends each line at once, and begins a new file beyond the size', () => {
  using at = opened({ maxBytes: 8 })
  for (const line of ['one\n', 'two\n', 'three\n']) at.lines.write(line)
  assert.equal([at.text(`${at.file}.1`), at.text()], ['one\ntwo\n', 'three\n'])
})

test('write() on a full disk loses lines, counts them, and says so once there is room', () => {
  using at = opened()
  at.lines.write('one\n')
  diskWith(2)
  for (const line of ['two\n', 'three\n', 'four\n']) at.lines.write(line)
  assert.is(at.text(), 'one\ntw')
  diskWith(1e9)
  at.lines.write('five\n')
  assert.is(at.text(), 'one\ntw\nlost 3\nfive\n')
})

test('write() goes on in a new file where somebody removed the old one, with what was written since it was there', () => {
  using at = opened()
  at.lines.write('one\n')
  at.later()
  at.lines.write('two\n')
  rmSync(at.file)
  at.lines.write('three\n')
  at.later()
  at.lines.write('four\n')
  assert.is(at.text(), 'two\nthree\nfour\n')
})

test('write() goes on in a new file where somebody moved the old one, which keeps what it has', () => {
  using at = opened()
  at.lines.write('one\n')
  renameSync(at.file, `${at.file}.kept`)
  at.later()
  at.lines.write('two\n')
  assert.equal([at.text(`${at.file}.kept`), at.text()], ['one\n', 'two\n'])
})

test('write() goes on in a file that somebody cut, whose size counts anew', () => {
  using at = opened({ maxBytes: 12 })
  for (const line of ['one\n', 'two\n']) at.lines.write(line)
  truncateSync(at.file, 0)
  at.later()
  for (const line of ['three\n', 'four\n']) at.lines.write(line)
  assert.is(at.text(), 'three\nfour\n')
})

test('rotate() that cannot be done costs no line', () => {
  using at = opened({ maxBytes: 4 })
  at.lines.write('one\n')
  fs.mkdirSync(`${at.file}.1`)
  fs.writeFileSync(`${at.file}.1/in-the-way`, '')
  at.lines.write('two\n')
  assert.is(at.text(), 'one\ntwo\n')
})

test.run()
