// A file of lines whose disk is full, and with which people do what they like. Calls of the file system are made to fail.
import fs, { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineFile } from '../../../daemon/system/line-file.ts'
import { failsWith } from '../../fails.ts'
import { openBelow, withNthFailing } from '../../nth-call.ts'
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

function opened({ maxBytes = 1e9, maxFiles = 2 } = {}) {
  const at = scratch()
  mkdirSync(at.path('logs'))
  const file = at.path('logs/host.log')
  const said: string[] = []
  const lines = new LineFile(file, {
    maxBytes,
    maxFiles,
    makesFolder: true,
    confess: lost => `lost ${lost}\n`,
    onFailed: error => said.push((error as Error).message),
    onGone: () => said.push('gone'),
  })
  return {
    file,
    lines,
    said,
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

test('write() goes on in a new file where somebody removed the old one, with the line that may have come after that', () => {
  using at = opened()
  for (const line of ['one\n', 'two\n']) at.lines.write(line)
  rmSync(at.file)
  for (const line of ['three\n', 'four\n']) at.lines.write(line)
  assert.equal([at.text(), at.said], ['two\nthree\nfour\n', ['gone']])
})

test('write() goes on in a new folder where somebody removed the old one, and not above that', () => {
  using at = opened()
  at.lines.write('one\n')
  rmSync(dirname(at.file), { recursive: true })
  at.lines.write('two\n')
  assert.is(at.text(), 'one\ntwo\n')
  const data = dirname(dirname(at.file))
  rmSync(data, { recursive: true })
  at.lines.write('three\n')
  assert.not(fs.existsSync(data))
})

test('write() keeps its lines while something else is in the place of the file, and takes them along once it is gone', () => {
  using at = opened()
  at.lines.write('one\n')
  rmSync(at.file)
  mkdirSync(at.file)
  for (const line of ['two\n', 'three\n']) at.lines.write(line)
  assert.equal(at.said, [])
  rmdirSync(at.file)
  symlinkSync('elsewhere', at.file)
  at.lines.write('four\n')
  assert.not(fs.existsSync(`${dirname(at.file)}/elsewhere`))
  rmSync(at.file)
  at.lines.write('five\n')
  assert.equal([at.text(), at.said], ['one\ntwo\nthree\nfour\nfive\n', ['gone']])
})

test('write() goes on in a new file where somebody moved the old one, which keeps what it has', () => {
  using at = opened()
  at.lines.write('one\n')
  renameSync(at.file, `${at.file}.kept`)
  at.lines.write('two\n')
  assert.equal([at.text(`${at.file}.kept`), at.text(), at.said], ['one\n', 'two\n', ['gone']])
})

test('write() goes on in a file that somebody cut, whose size counts anew', () => {
  using at = opened({ maxBytes: 12 })
  for (const line of ['one\n', 'two\n']) at.lines.write(line)
  truncateSync(at.file, 0)
  for (const line of ['three\n', 'four\n']) at.lines.write(line)
  assert.is(at.text(), 'three\nfour\n')
})

test('close() takes along the lines of a file that somebody removed', () => {
  using at = scratch()
  const lines = new LineFile(at.path('log'), { maxBytes: 1e9, maxFiles: 1 })
  lines.write('one\n')
  rmSync(at.path('log'))
  lines.close()
  assert.is(readFileSync(at.path('log'), 'utf8'), 'one\n')
})

test('write() to a file that is closed is said, and writes to no other file', () => {
  using at = scratch()
  const said: string[] = []
  const onFailed = (error: unknown) => said.push((error as Error).message)
  const lines = new LineFile(at.path('log'), { maxBytes: 1e9, maxFiles: 1, onFailed })
  lines.close()
  const next = fs.openSync(at.path('next'), 'a')
  lines.write('one\n')
  fs.closeSync(next)
  assert.equal([readFileSync(at.path('next'), 'utf8'), said], ['', ['it is closed']])
})

test('write() begins a new line behind half a line that was there', () => {
  using at = scratch()
  fs.writeFileSync(at.path('log'), 'one\ntw')
  const lines = new LineFile(at.path('log'), { maxBytes: 1e9, maxFiles: 1 })
  lines.write('three\n')
  lines.close()
  assert.is(readFileSync(at.path('log'), 'utf8'), 'one\ntw\nthree\n')
})

test('write() on a full disk says so once, and again after there was room', () => {
  using at = opened()
  for (const room of [0, 1e9, 0]) {
    diskWith(room)
    for (const line of ['one\n', 'two\n']) at.lines.write(line)
  }
  assert.equal(at.said, Array(2).fill('no space left on device'))
})

test('rotate() keeps as many files as it should', () => {
  for (const maxFiles of [1, 2, 3]) {
    using at = opened({ maxBytes: 4, maxFiles })
    for (const line of ['one\n', 'two\n', 'six\n', 'ten\n']) at.lines.write(line)
    const kept = fs.readdirSync(dirname(at.file)).map(name => at.text(`${dirname(at.file)}/${name}`))
    assert.equal(kept, ['ten\n', 'six\n', 'two\n'].slice(0, maxFiles))
  }
})

test('rotate() that cannot be done costs no line, is said, and is done once it can be', () => {
  using at = opened({ maxBytes: 4 })
  at.lines.write('one\n')
  mkdirSync(`${at.file}.1`)
  fs.writeFileSync(`${at.file}.1/in-the-way`, '')
  at.lines.write('two\n')
  assert.equal([at.text(), at.said.length], ['one\ntwo\n', 1])
  rmSync(`${at.file}.1`, { recursive: true })
  at.lines.write('six\n')
  assert.equal([at.text(`${at.file}.1`), at.text()], ['one\ntwo\n', 'six\n'])
})

test('LineFile refuses a link, and what is no file, in its place', async () => {
  using at = scratch()
  symlinkSync(at.path('elsewhere'), at.path('link'))
  mkdirSync(at.path('folder'))
  for (const [name, what] of [
    ['link', 'it is a link'],
    ['folder', 'it is not a file'],
  ] as const) {
    const refused = () => new LineFile(at.path(name), { maxBytes: 1, maxFiles: 1 })
    assert.match((await failsWith('state_broken', refused)).message, what)
  }
})

test('whichever call fails, each line is there once and in order, or is counted as lost', () => {
  const calls = ['writeSync', 'openSync', 'renameSync', 'fstatSync', 'closeSync'] as const
  for (const call of calls) {
    for (let number = 1, wasReached = true; wasReached; number++) {
      using at = opened({ maxBytes: 8, maxFiles: 9 })
      wasReached = withNthFailing(
        () => {
          for (let line = 1; line <= 12; line++) at.lines.write(`${line}\n`)
        },
        { calls: [call], at: number, code: 'EIO' },
      )
      at.lines.write('last\n')
      const files = fs.readdirSync(dirname(at.file)).sort((one, other) => other.localeCompare(one))
      const found = files
        .flatMap(name =>
          at
            .text(join(dirname(at.file), name))
            .trim()
            .split('\n'),
        )
        .filter(Boolean)
      const lost = found.flatMap(line => (line.startsWith('lost') ? [Number(line.slice(5))] : []))
      const kept = found.filter(line => !line.startsWith('lost'))
      const what = `${call} ${number}: ${found.join()}`
      assert.equal(
        kept.map(Number),
        kept.map(Number).toSorted((one, other) => one - other),
        what,
      )
      assert.is(new Set(kept).size, kept.length, what)
      assert.is(kept.length + lost.reduce((sum, count) => sum + count, 0), 13, what)
      assert.ok(number < 200, what)
      // The one that it writes to.
      assert.is(openBelow(dirname(at.file)).length, fs.existsSync('/proc/self/fd') ? 1 : 0, what)
    }
  }
})

test.run()
