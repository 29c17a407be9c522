// A run's own log file, with a disk that fails: calls of the file system are made to fail or to write a part, which no
// real disk does on demand. Not here: where the text comes from (e2e/logs.test.ts).
import fs, { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LogFile as LogFileClass } from '../../../shim/log/log-file.ts'
import { scratch } from '../../scratch.ts'

type Args = unknown[]

/** What the next calls do in place of the real one; undefined: the real one. */
const faults: Record<'writeSync' | 'renameSync' | 'openSync', ((...args: Args) => unknown) | undefined> = {
  writeSync: undefined,
  renameSync: undefined,
  openSync: undefined,
}
const real = { writeSync: fs.writeSync, renameSync: fs.renameSync, openSync: fs.openSync } as unknown as Record<
  string,
  (...args: Args) => unknown
>
for (const name of ['writeSync', 'renameSync', 'openSync'] as const) {
  Object.assign(fs, { [name]: (...args: Args) => (faults[name] ?? real[name])?.(...args) })
}
/** The clocks of this process, which go on by themselves too. */
class Clock {
  #laterMs = 0

  constructor() {
    const [wallMs, fineMs] = [Date.now, performance.now.bind(performance)]
    Date.now = () => wallMs() + this.#laterMs
    performance.now = () => fineMs() + this.#laterMs
  }

  add(ms: number): void {
    this.#laterMs += ms
  }
}

const clock = new Clock()

// The module takes its functions when it is loaded.
const { LogFile } = await import('../../../shim/log/log-file.ts')

const full = () => {
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
}

test.after.each(() => {
  faults.writeSync = faults.renameSync = faults.openSync = undefined
})

const large = { maxFileBytes: 1e9, maxTotalBytes: 1e9 }
const texts = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => line.slice(31))

/** All that is kept, the oldest file first. */
function everything(file: string): string[] {
  const rotated = readdirSync(file.replace(/\/[^/]*$/, '')).filter(name => /\.log\.\d+$/.test(name))
  const order = rotated.sort((a, b) => Number(a.split('.').at(-1)) - Number(b.split('.').at(-1)))
  return [...order.map(name => file.replace(/[^/]*$/, name)), file].flatMap(texts)
}

test('write() appends dated lines, for its owner alone', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, ...large })
  log.write('stdout', 'one\ntwo')
  log.write('stderr', 'oh\n')
  log.write('stdout', '')
  assert.equal(texts(file), ['stdout F one', 'stdout P two', 'stderr F oh'])
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.equal(log.position, { inode: statSync(file).ino, size: statSync(file).size })
})

test('write() tells how many bytes a text has', () => {
  using at = scratch()
  const log = new LogFile({ file: at.path('1.log'), ...large })
  for (const text of ['', 'a\n', 'ü日🦊\n', 'two\nlines\n', 'no end ü', '\ud83e\n', `${'日'.repeat(20_000)}\n`]) {
    assert.is(log.write('stdout', text), Buffer.byteLength(text), text.slice(0, 20))
  }
  assert.is(log.write('stdout', '\xff\n', 'latin1'), 2)
})

test('write() goes on at the end of a file that is there', () => {
  using at = scratch()
  const file = at.path('1.log')
  writeFileSync(file, 'before\n')
  const log = new LogFile({ file, ...large })
  log.write('stdout', 'after\n')
  assert.match(readFileSync(file, 'utf8'), /^before\n.* stdout F after\n$/)
  assert.is(log.position.size, statSync(file).size)
})

test('write() keeps bytes that are no UTF-8', () => {
  using at = scratch()
  const file = at.path('1.log')
  const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x80])
  new LogFile({ file, ...large }).write('stdout', `${bytes.toString('latin1')}\n`, 'latin1')
  assert.ok(readFileSync(file).includes(bytes))
})

test('writeBytes() keeps a character whole that is cut by two writes', () => {
  using at = scratch()
  const log = new LogFile({ ...large, file: at.path('1.log') })
  const bytes = Buffer.from('10€ ok\n')
  for (let cut = 1; cut < bytes.length; cut++) {
    log.writeBytes('stdout', bytes.subarray(0, cut))
    log.writeBytes('stderr', Buffer.from('x\n'))
    log.writeBytes('stdout', bytes.subarray(cut))
  }
  const stdout = texts(at.path('1.log')).filter(line => line.startsWith('stdout'))
  assert.is(
    stdout
      .map(line => line.slice(9))
      .join('|')
      .replaceAll('|', ''),
    '10€ ok'.repeat(bytes.length - 1),
  )
  assert.not.ok(readFileSync(at.path('1.log'), 'utf8').includes('\ufffd'))
})

test('settle() and the next text write what was no whole character, as it is', () => {
  using at = scratch()
  const log = new LogFile({ ...large, file: at.path('1.log') })
  log.writeBytes('stdout', Buffer.from([0xe2]))
  log.write('stdout', 'a\n')
  log.writeBytes('stdout', Buffer.from([0xc3]))
  log.settle()
  log.settle()
  assert.ok(readFileSync(at.path('1.log')).includes(Buffer.from([0x20, 0xe2, 0x0a])))
  assert.ok(
    readFileSync(at.path('1.log'))
      .subarray(-3)
      .equals(Buffer.from([0x20, 0xc3, 0x0a])),
  )
})

test('write() ends the line of another writer first, whoever has begun it', () => {
  using at = scratch()
  const log = new LogFile({ ...large, file: at.path('1.log') })
  log.write('stdout', 'dots')
  log.write('stdout', 'child\nno newline', 'latin1', 'others')
  log.write('stderr', 'err\n')
  log.write('stdout', 'pod\n')
  assert.equal(texts(at.path('1.log')), [
    'stdout P dots',
    'stdout F ',
    'stdout F child',
    'stdout P no newline',
    'stderr F err',
    'stdout F ',
    'stdout F pod',
  ])
})

test('endLine() ends a line that was begun, and nothing else', () => {
  using at = scratch()
  const log = new LogFile({ ...large, file: at.path('1.log') })
  log.write('stdout', 'a')
  assert.equal([log.inLine('stdout'), log.inLine('stderr')], ['pod', undefined])
  log.endLine('stdout')
  log.endLine('stdout')
  log.endLine('stderr')
  assert.equal(texts(at.path('1.log')), ['stdout P a', 'stdout F '])
})

test('amount tells lines, bytes and lost writes', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, ...large })
  log.write('stdout', 'one\n')
  log.write('stdout', 'two\nthree\nhalf')
  log.write('stderr', 'of another\n')
  log.write('stdout', ' a line\n')
  assert.equal(log.amount, { lines: 5, bytes: statSync(file).size, lost: 0 })
  const { bytes } = log.amount
  faults.writeSync = full
  for (const text of ['gone\n', 'gone too\n']) log.write('stdout', text)
  assert.equal([log.amount.bytes, log.amount.lost], [bytes, 2])
})

test('write() rotates by size, without a lost or doubled line', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 1000, maxTotalBytes: 1e9 })
  for (let line = 1; line <= 500; line++) log.write('stdout', `line ${line}\n`)
  assert.equal(
    everything(file),
    Array.from({ length: 500 }, (_, index) => `stdout F line ${index + 1}`),
  )
  const sizes = readdirSync(at.dir).map(name => statSync(at.path(name)).size)
  assert.ok(sizes.length > 10 && Math.max(...sizes) < 1000 + 60)
  assert.is(log.position.size, statSync(file).size)
})

test('write() keeps within the total whatever is written at once, whole lines in each file', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 1000, maxTotalBytes: 4000 })
  log.write('stdout', Array.from({ length: 1000 }, (_, index) => `line ${index + 1}\n`).join(''))
  const sizes = readdirSync(at.dir).map(name => statSync(at.path(name)).size)
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 4000, sizes.join())
  const kept = everything(file)
  assert.equal(
    kept,
    Array.from(kept, (_, index) => `stdout F line ${1000 - kept.length + index + 1}`),
  )
  assert.ok(kept.length > 40, String(kept.length))
})

test('write() drops the oldest files beyond the total', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 1000, maxTotalBytes: 3000 })
  for (let line = 1; line <= 1000; line++) log.write('stdout', `line ${line}\n`)
  const bytes = readdirSync(at.dir).reduce((sum, name) => sum + statSync(at.path(name)).size, 0)
  assert.ok(bytes <= 3000 + 120, `${bytes}`)
  const kept = everything(file)
  assert.equal(kept.at(-1), 'stdout F line 1000')
  assert.equal(
    kept,
    Array.from(kept, (_, index) => `stdout F line ${1000 - kept.length + index + 1}`),
  )
})

test('write() outlives a full disk, and tells the loss as soon as it can write again', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, ...large })
  log.write('stdout', 'before\n')
  faults.writeSync = full
  for (const text of ['a\n', 'b\n', 'c\n']) log.write('stdout', text)
  faults.writeSync = undefined
  log.write('stdout', 'after\n')
  log.write('stdout', 'and on\n')
  const lines = texts(file)
  assert.is(lines.length, 4)
  assert.equal([lines[0], lines[2], lines[3]], ['stdout F before', 'stdout F after', 'stdout F and on'])
  assert.match(lines[1] as string, /^stderr F p8a: .*3$/)
  assert.is(log.position.size, statSync(file).size)
})

test('write() of a line that was torn ends it, tells it, and goes on with whole lines', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, ...large })
  let calls = 0
  faults.writeSync = (fd, bytes) => (++calls > 1 ? full() : real.writeSync?.(fd, bytes, 0, 45))
  log.write('stdout', 'a line that is torn by a full disk\n')
  faults.writeSync = undefined
  log.write('stdout', 'after\n')
  const lines = texts(file)
  assert.equal([lines[0], lines.at(-1)], ['stdout F a lin'.slice(0, 14), 'stdout F after'])
  assert.match(lines[1] as string, /^stderr F p8a: /)
  assert.is(lines.length, 3)
})

test('write() that the system took in pieces is whole', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, ...large })
  faults.writeSync = (fd, bytes, offset, length) => real.writeSync?.(fd, bytes, offset, Math.min(7, length as number))
  log.write('stdout', 'ü日🦊 a line of many bytes\n')
  log.write('stdout', `${Buffer.from('ü bytes').toString('latin1')}\n`, 'latin1')
  faults.writeSync = undefined
  assert.equal(texts(file), ['stdout F ü日🦊 a line of many bytes', 'stdout F ü bytes'])
  assert.is(log.position.size, statSync(file).size)
})

test('a rotation that fails costs no line, and is tried again', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 500, maxTotalBytes: 1e9 })
  faults.renameSync = full
  for (let line = 1; line <= 20; line++) log.write('stdout', `line ${line}\n`)
  assert.equal(readdirSync(at.dir), ['1.log'])
  faults.renameSync = undefined
  for (let line = 21; line <= 60; line++) log.write('stdout', `line ${line}\n`)
  assert.ok(readdirSync(at.dir).length > 1)
  assert.equal(
    everything(file),
    Array.from({ length: 60 }, (_, index) => `stdout F line ${index + 1}`),
  )
})

test('a rotation whose new file cannot be opened costs no line, nor a file', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 500, maxTotalBytes: 1e9 })
  const fails = () => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
  }
  for (let line = 1; line <= 10; line++) log.write('stdout', `line ${line}\n`)
  faults.openSync = fails
  for (let line = 11; line <= 30; line++) log.write('stdout', `line ${line}\n`)
  faults.openSync = undefined
  for (let line = 31; line <= 90; line++) log.write('stdout', `line ${line}\n`)
  assert.ok(existsSync(file))
  assert.equal(
    everything(file),
    Array.from({ length: 90 }, (_, index) => `stdout F line ${index + 1}`),
  )
})

test('a rotation that can be neither finished nor undone is not thrown at who writes, and costs no line', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 500, maxTotalBytes: 1e9 })
  for (let line = 1; line <= 10; line++) log.write('stdout', `line ${line}\n`)
  let renames = 0
  faults.renameSync = (...args) => (++renames === 1 ? real.renameSync?.(...args) : full())
  faults.openSync = full
  for (let line = 11; line <= 30; line++) log.write('stdout', `line ${line}\n`)
  faults.renameSync = faults.openSync = undefined
  for (let line = 31; line <= 90; line++) log.write('stdout', `line ${line}\n`)
  assert.equal(
    everything(file),
    Array.from({ length: 90 }, (_, index) => `stdout F line ${index + 1}`),
  )
})

test('a log that a person removes, moves or cuts goes on in its place', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ ...large, file })
  // It looks once a second at what became of its file.
  const pause = () => clock.add(1001)
  log.write('stdout', 'one\n')
  fs.rmSync(file)
  log.write('stdout', 'two\n')
  pause()
  log.write('stdout', 'three\n')
  assert.equal(texts(file).slice(-2), ['stdout F two', 'stdout F three'], 'what came after is rescued')
  fs.renameSync(file, at.path('kept'))
  log.write('stdout', 'four\n')
  pause()
  log.write('stdout', 'five\n')
  assert.equal([texts(at.path('kept')).at(-1), texts(file)], ['stdout F four', ['stdout F five']])
  fs.truncateSync(file)
  pause()
  log.write('stdout', 'six\n')
  assert.equal(texts(file), ['stdout F six'])
})

test('a log that is removed just before a rotation, or before its end, loses nothing that came after', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ maxFileBytes: 200, maxTotalBytes: 3e9, file })
  for (const word of ['one', 'two', 'three']) log.write('stdout', `${word}\n`)
  fs.rmSync(file)
  for (const word of ['four', 'five', 'six']) log.write('stdout', `${word}\n`)
  fs.rmSync(file)
  log.write('stdout', 'seven\n')
  log.close()
  const left = everything(file)
  assert.equal(
    left.slice(left.indexOf('stdout F four')),
    ['four', 'five', 'six', 'seven'].map(word => `stdout F ${word}`),
  )
})

test('a log in whose place somebody puts a copy of it, as sed -i and editors do, has each line once', () => {
  for (const edit of [(text: string) => text, (text: string) => text.replaceAll('two', '2'), () => '']) {
    using at = scratch()
    const file = at.path('1.log')
    const log = new LogFile({ ...large, file })
    for (const word of ['one', 'two', 'two']) log.write('stdout', `${word}\n`)
    const copied = edit(fs.readFileSync(file, 'utf8'))
    fs.writeFileSync(at.path('copy'), copied)
    fs.renameSync(at.path('copy'), file)
    for (const word of ['three', 'four']) log.write('stdout', `${word}\n`)
    log.close()
    const words = texts(file).map(text => text.replace('stdout F ', '').replace('two', '2'))
    assert.equal(words, ['one', '2', '2', 'three', 'four'])
  }
})

test('a log whose folder is removed goes on in a new folder, and not in a new data directory', () => {
  using at = scratch()
  for (const gone of ['logs/web', 'logs']) {
    fs.mkdirSync(at.path('logs/web'), { recursive: true })
    const file = at.path('logs/web/1.log')
    const log = new LogFile({ ...large, file })
    log.write('stdout', 'one\n')
    fs.rmSync(at.path(gone), { recursive: true })
    log.write('stdout', 'two\n')
    log.close()
    assert.is(texts(file).at(-1), 'stdout F two', gone)
    fs.rmSync(at.path('logs'), { recursive: true })
  }
  fs.mkdirSync(at.path('data/logs/web'), { recursive: true })
  const log = new LogFile({ ...large, file: at.path('data/logs/web/1.log') })
  fs.rmSync(at.path('data'), { recursive: true })
  log.write('stdout', 'one\n')
  log.close()
  assert.not.ok(existsSync(at.path('data')))
})

test('a log in whose place something else is keeps what it is given, and brings it once it can', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ maxFileBytes: 60, maxTotalBytes: 1e9, file })
  log.write('stdout', 'one\n')
  fs.rmSync(file)
  fs.mkdirSync(file)
  for (const word of ['two', 'three', 'four', 'five']) log.write('stdout', `${word}\n`)
  assert.equal(readdirSync(at.dir), ['1.log'], 'nothing is rotated meanwhile')
  fs.rmdirSync(file)
  log.close()
  assert.equal(
    texts(file).slice(-4),
    ['two', 'three', 'four', 'five'].map(word => `stdout F ${word}`),
  )
})

test('a clock that is set back begins a new file, so that the times of each only grow', () => {
  using at = scratch()
  const file = at.path('1.log')
  const log = new LogFile({ maxFileBytes: 1e9, maxTotalBytes: 3e9, file })
  const { now } = Date
  log.write('stdout', 'one\n')
  const end = now() + 3
  while (now() < end);
  Date.now = () => now() - 3_600_000
  try {
    log.write('stdout', 'two\n')
    log.write('stdout', 'three\n')
    assert.equal([texts(`${file}.1`), texts(file)], [['stdout F one'], ['stdout F two', 'stdout F three']])
  } finally {
    Date.now = now
  }
})

test('nothing that fails is thrown at who writes', () => {
  using at = scratch()
  const log: LogFileClass = new LogFile({ file: at.path('1.log'), maxFileBytes: 100, maxTotalBytes: 300 })
  faults.writeSync = faults.renameSync = faults.openSync = full
  for (let line = 1; line <= 100; line++) log.write('stdout', `line ${line}\n`)
})

test.run()
