// The last fold of raw output, by the host, after whatever point the shim was killed at: every byte is in the log once.
// Not here: the shim's own folding (shim/raw-output.test.ts).
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { foldLeftovers } from '../../../daemon/pod/raw-output.ts'
import { formatCri, parseCriLine } from '../../../protocol/cri.ts'
import type { RawPosition } from '../../../protocol/run-log.ts'
import { scratch } from '../../scratch.ts'

type Stream = 'stdout' | 'stderr'
const head = (stream: Stream) => ({ time: '2026-11-20T10:00:00.000000000Z', stream })

/** A run's files, and a shim that can be stopped at any step of its fold. */
function files() {
  const at = scratch()
  const { dir } = at
  const log = join(dir, '1.log')
  const raw = { stdout: join(dir, '1.stdout.raw'), stderr: join(dir, '1.stderr.raw') }
  writeFileSync(log, '')
  for (const file of Object.values(raw)) writeFileSync(file, '')
  return {
    log,
    raw,
    write: (stream: Stream, text: string) => appendFileSync(raw[stream], text),
    /** The shim notes what it is about to fold, */
    note: (stream: Stream, from: number, to: number) => {
      const { ino, size } = statSync(log)
      const position: RawPosition = { from, to, inode: ino, size }
      writeFileSync(`${raw[stream]}.at`, `${JSON.stringify(position)}\n`.padEnd(120))
    },
    /** and folds it. */
    append: (stream: Stream, text: string) => appendFileSync(log, formatCri(text, head(stream))),
    fold: (most?: number) => foldLeftovers({ log, raw }, most),
    texts: (stream: Stream, file = log) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map(parseCriLine)
        .filter(line => line?.stream === stream)
        .map(line => line?.text),
    [Symbol.dispose]: () => at[Symbol.dispose](),
  }
}

test('foldLeftovers() takes all that was never folded, dates it, and removes the raw files', async () => {
  using at = files()
  at.write('stdout', 'one\ntwo\nrest')
  at.write('stderr', 'oh\n')
  await at.fold()
  assert.equal([at.texts('stdout'), at.texts('stderr')], [['one', 'two', 'rest'], ['oh']])
  assert.match(readFileSync(at.log, 'utf8'), /stdout P rest\n/)
  for (const file of Object.values(at.raw)) assert.not.ok(existsSync(file) || existsSync(`${file}.at`))
})

test('foldLeftovers() leaves out what the log has no room for, but for the newest lines, and says so', async () => {
  using at = files()
  at.write('stdout', 'one\ntwo\nthree\nfour\n')
  await at.fold(12)
  assert.equal(at.texts('stdout'), ['three', 'four'])
  assert.equal(at.texts('stderr'), ['p8a: left out here, since more came than the log may have: 8 bytes'])
})

test('foldLeftovers() takes all where the note of how far it came is none', async () => {
  for (const note of ['{}', '5', 'null', '{"from":1e300,"to":1e300,"inode":1,"size":1}', '{"from":-1,"to":0.5}']) {
    using at = files()
    at.write('stdout', 'one\ntwo\n')
    writeFileSync(`${at.raw.stdout}.at`, note)
    await at.fold()
    assert.equal(at.texts('stdout'), ['one', 'two'], note)
  }
})

test('foldLeftovers() begins a new line behind half of one', async () => {
  using at = files()
  writeFileSync(at.log, '2026-11-20T10:00:00.0000')
  at.write('stdout', 'one\n')
  at.write('stderr', 'oh\n')
  await at.fold()
  assert.equal([at.texts('stdout'), at.texts('stderr')], [['one'], ['oh']])
})

test('foldLeftovers() ends a line that the pod had begun, and goes on with one that a child had', async () => {
  using at = files()
  writeFileSync(at.log, '2026-11-20T10:00:00.000000000Z stdout P dots\n2026-11-20T10:00:00.000000000Z stderr P err\n')
  at.write('stdout', 'one\ntwo\n')
  await at.fold()
  assert.equal(at.texts('stdout'), ['dots', '', 'one', 'two'])
  writeFileSync(at.log, '2026-11-20T10:00:00.000000000Z stdout P hal\n')
  at.write('stdout', 'half\n')
  writeFileSync(`${at.raw.stdout}.at`, JSON.stringify({ from: 0, to: 3, inode: 0, size: 0 }))
  await at.fold()
  assert.equal(at.texts('stdout'), ['hal', 'f'])
})

test('foldLeftovers() cuts no line and no character at the end of a block', async () => {
  using at = files()
  const lines = Array.from({ length: 60_000 }, (_, index) => `zeile ${index} größe`)
  at.write('stdout', `${lines.join('\n')}\n${'é'.repeat(300_000)}`)
  await at.fold()
  const texts = at.texts('stdout')
  assert.equal(texts.slice(0, lines.length), lines)
  assert.is(texts.slice(lines.length).join(''), 'é'.repeat(300_000))
})

test('foldLeftovers() a second time, or where there is nothing, does nothing', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  await at.fold()
  await at.fold()
  assert.equal(at.texts('stdout'), ['one'])
})

test('foldLeftovers() of a shim that was killed after a whole fold takes what came later', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  at.note('stdout', 0, 4)
  at.append('stdout', 'one\n')
  at.write('stdout', 'two\n')
  await at.fold()
  assert.equal(at.texts('stdout'), ['one', 'two'])
})

test('foldLeftovers() of a shim that was killed between its note and its write takes what was noted', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  at.note('stdout', 0, 4)
  await at.fold()
  assert.equal(at.texts('stdout'), ['one'])
})

test('foldLeftovers() of a shim that was killed there in the middle of its life takes it once', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  at.note('stdout', 0, 4)
  at.append('stdout', 'one\n')
  at.append('stderr', 'the pod itself\n')
  at.write('stdout', 'two\n')
  at.note('stdout', 4, 8)
  await at.fold()
  assert.equal(at.texts('stdout'), ['one', 'two'])
})

test('foldLeftovers() of a shim that was killed between note and write of one stream, with something left in the other', async () => {
  using at = files()
  at.write('stdout', 'out\n')
  at.write('stderr', 'err\n')
  at.note('stderr', 0, 4)
  await at.fold()
  assert.equal([at.texts('stdout'), at.texts('stderr')], [['out'], ['err']])
})

test('foldLeftovers() of the same with the streams the other way round', async () => {
  using at = files()
  at.write('stdout', 'out\n')
  at.write('stderr', 'err\n')
  at.note('stdout', 0, 4)
  await at.fold()
  assert.equal([at.texts('stdout'), at.texts('stderr')], [['out'], ['err']])
})

test('foldLeftovers() of a shim that rotated its log in between knows that the fold was written', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  at.note('stdout', 0, 4)
  at.append('stdout', 'one\n')
  renameSync(at.log, `${at.log}.1`)
  writeFileSync(at.log, '')
  at.write('stdout', 'two\n')
  await at.fold()
  assert.equal([at.texts('stdout', `${at.log}.1`), at.texts('stdout')], [['one'], ['two']])
})

test('foldLeftovers() of a host that was killed in the middle of it, then by the next one, takes all once', async () => {
  using at = files()
  const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index}`)
  at.write('stdout', `${lines.join('\n')}\n`)
  // The first host came as far as one block: its note, and its write.
  const block = readFileSync(at.raw.stdout, 'latin1').slice(0, 256 * 1024)
  at.note('stdout', 0, block.length)
  at.append('stdout', block)
  await at.fold()
  const text = readFileSync(at.log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(parseCriLine)
    .map(line => `${line?.text}${line?.full ? '\n' : ''}`)
    .join('')
  assert.is(text === `${lines.join('\n')}\n`, true)
})

test('foldLeftovers() where the note is torn or empty prefers a doubled line to a lost one', async () => {
  for (const note of ['', '{"from":0,"to"', 'null']) {
    using at = files()
    at.write('stdout', 'one\n')
    writeFileSync(`${at.raw.stdout}.at`, note)
    await at.fold()
    assert.equal(at.texts('stdout'), ['one'], note)
  }
})

test('foldLeftovers() that cannot read a note folds nothing, and all of it once it can', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  at.note('stdout', 0, 4)
  at.append('stdout', 'one\n')
  at.write('stdout', 'two\n')
  renameSync(`${at.raw.stdout}.at`, `${at.raw.stdout}.kept`)
  mkdirSync(`${at.raw.stdout}.at`)
  assert.is(await at.fold().catch(error => error.message), 'it is not a file')
  assert.equal(at.texts('stdout'), ['one'])
  rmSync(`${at.raw.stdout}.at`, { recursive: true })
  renameSync(`${at.raw.stdout}.kept`, `${at.raw.stdout}.at`)
  await at.fold()
  assert.equal(at.texts('stdout'), ['one', 'two'])
})

test('foldLeftovers() removes a link that a pod puts in the place of its raw file, and takes nothing from where it leads', async () => {
  using at = files()
  at.write('stderr', 'secret\n')
  renameSync(at.raw.stderr, `${at.log}.outside`)
  symlinkSync(`${at.log}.outside`, at.raw.stderr)
  await at.fold()
  assert.equal(at.texts('stderr'), [])
  assert.equal([existsSync(at.raw.stderr), existsSync(`${at.log}.outside`)], [false, true])
})

test('foldLeftovers() keeps bytes as they are', async () => {
  using at = files()
  appendFileSync(at.raw.stdout, Buffer.from([0xff, 0xc3, 0xbc, 0x0a]))
  await at.fold()
  assert.ok(readFileSync(at.log).includes(Buffer.from([0x20, 0xff, 0xc3, 0xbc, 0x0a])))
})

test('foldLeftovers() dates lines not before the last line that is there', async () => {
  using at = files()
  at.write('stdout', 'one\n')
  appendFileSync(
    at.log,
    formatCri('written later than the raw file\n', { time: '2126-11-20T10:00:00.000000000Z', stream: 'stderr' }),
  )
  await at.fold()
  const times = readFileSync(at.log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => line.slice(0, 30))
  assert.equal(times, [...times].sort())
})

test.run()
