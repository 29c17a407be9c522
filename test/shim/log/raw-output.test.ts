// How the shim brings what was written straight to fd 1 and 2 into the log. Not here: what the host folds once a run has
// ended (daemon/pod/raw-output.test.ts).
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RawPosition } from '../../../protocol/run-log.ts'
import { LogFile } from '../../../shim/log/log-file.ts'
import { foldRawOutput } from '../../../shim/log/raw-output.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

function folding({ maxFileBytes = 1e9, maxTotalBytes = 1e9 } = {}) {
  const at = scratch()
  const raw = { stdout: at.path('1.stdout.raw'), stderr: at.path('1.stderr.raw') }
  for (const file of Object.values(raw)) writeFileSync(file, '')
  const file = at.path('1.log')
  const log = new LogFile({ file, maxFileBytes: 1e9, maxTotalBytes })
  const { foldAll: fold } = foldRawOutput(log, { file, maxFileBytes, maxTotalBytes, raw })
  const texts = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map(line => line.slice(31))
  const note = (stream: 'stdout' | 'stderr') => JSON.parse(readFileSync(`${raw[stream]}.at`, 'utf8')) as RawPosition
  return { at, raw, log, fold, texts, note, [Symbol.dispose]: () => at[Symbol.dispose]() }
}

async function seen(folded: { texts: () => string[] }, line: string): Promise<void> {
  await until(() => folded.texts().includes(line), `the log has ${line}`)
}

test('the fold takes what is new in each file, once, as lines of its stream', () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'one\ntwo\n')
  appendFileSync(folded.raw.stderr, 'oh\n')
  folded.fold()
  folded.fold()
  appendFileSync(folded.raw.stdout, 'three\n')
  folded.fold()
  assert.equal(folded.texts(), ['stdout F one', 'stdout F two', 'stderr F oh', 'stdout F three'])
})

test('the fold keeps lines of the pod and of its children apart, and bytes as they are', () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, Buffer.from([0xff, 0x0a]))
  folded.log.write('stdout', 'from the pod\n')
  folded.fold()
  assert.ok(readFileSync(folded.at.path('1.log')).includes(Buffer.from([0x20, 0xff, 0x0a])))
})

test('the fold notes what it is about to write before it writes it', () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'one\n')
  const { inode, size } = folded.log.position
  folded.fold()
  assert.equal(folded.note('stdout'), { from: 0, to: 4, inode, size })
  appendFileSync(folded.raw.stdout, 'two\n')
  const second = folded.log.position
  folded.fold()
  assert.equal(folded.note('stdout'), { from: 4, to: 8, ...second })
})

test('the fold takes a file of many blocks whole', () => {
  using folded = folding()
  const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}`)
  appendFileSync(folded.raw.stdout, `${lines.join('\n')}\n`)
  folded.fold()
  const joined = folded
    .texts()
    .map(text => (text[7] === 'F' ? `${text.slice(9)}\n` : text.slice(9)))
    .join('')
  assert.is(joined === `${lines.join('\n')}\n`, true)
})

test('the fold begins anew where somebody cut the file, as `echo > /dev/stdout` does', () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'a first line that is longer\n')
  folded.fold()
  writeFileSync(folded.raw.stdout, 'second\n')
  folded.fold()
  appendFileSync(folded.raw.stdout, 'third\n')
  folded.fold()
  assert.equal(folded.texts(), ['stdout F a first line that is longer', 'stdout F second', 'stdout F third'])
})

test('the fold takes what a full disk refuses for no change of the file', () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'one\n')
  folded.fold()
  folded.fold()
  const later = new Date(Date.now() + 5000)
  utimesSync(folded.raw.stdout, later, later)
  Object.defineProperty(folded.log, 'isLosing', { value: true })
  folded.fold()
  assert.equal(folded.texts(), ['stdout F one'])
})

test('the fold leaves out what is more than the log may have, and says so', () => {
  using folded = folding({ maxFileBytes: 1000, maxTotalBytes: 4000 })
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`)
  appendFileSync(folded.raw.stdout, `${lines.join('\n')}\n`)
  folded.fold()
  const [said, ...rest] = folded.texts()
  const bytes = statSync(folded.raw.stdout).size
  const kept = lines.slice(-rest.length)
  assert.is(
    said,
    `stderr F p8a: left out here, since more came than the log may have: ${bytes - kept.join('\n').length - 1} bytes`,
  )
  assert.equal(
    rest,
    kept.map(line => `stdout F ${line}`),
  )
  assert.ok(rest.length > 90, String(rest.length))
  folded.fold()
  assert.is(folded.texts().length, rest.length + 1)
})

test('the fold moves no more at once than a piece of a file, though short lines take many times as much of the log', () => {
  using folded = folding({ maxFileBytes: 80_000, maxTotalBytes: 1e9 })
  const sizes: number[] = []
  const write = folded.log.write.bind(folded.log)
  folded.log.write = (...args) => {
    sizes.push(write(...args) + 40 * args[1].split('\n').length)
    return 0
  }
  appendFileSync(folded.raw.stdout, 'y\n'.repeat(5000))
  folded.fold()
  assert.is(folded.texts().length, 5000)
  assert.ok(Math.max(...sizes) < 80_000 / 8 + 100, String(Math.max(...sizes)))
})

test('the fold gives the disk space of what it folded back, and takes that for no change of the file', async () => {
  using folded = folding({ maxFileBytes: 100_000 })
  const { mtimeMs } = statSync(folded.raw.stdout)
  const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index}`)
  appendFileSync(folded.raw.stdout, `${lines.join('\n')}\n`)
  folded.fold()
  // As when something looks at the file before its space is free.
  folded.fold()
  const bytes = () => statSync(folded.raw.stdout).blocks * 512
  await until(() => bytes() <= 100_000, 'the space is free')
  assert.ok(statSync(folded.raw.stdout).mtimeMs > mtimeMs)
  folded.fold()
  appendFileSync(folded.raw.stdout, 'after\n')
  folded.fold()
  folded.fold()
  const text = readFileSync(folded.at.path('1.log'), 'utf8')
  assert.not.ok(text.includes('\0'), 'no hole is folded')
  const joined = folded
    .texts()
    .map(part => (part[7] === 'F' ? `${part.slice(9)}\n` : part.slice(9)))
    .join('')
  assert.is(joined === `${lines.join('\n')}\nafter\n`, true, 'every line is there once')
})

test('the fold takes what was written to a file whose folder is gone, into a log in a new one', () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'one\n')
  const output = openSync(folded.raw.stdout, 'a')
  rmSync(folded.at.dir, { recursive: true })
  writeSync(output, 'two\n')
  closeSync(output)
  folded.fold()
  folded.log.close()
  assert.equal(folded.texts(), ['stdout F one', 'stdout F two'])
})

test('the fold waits for the end of a line that a child has begun, and takes it as it is at the end', async () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'whole\nhal')
  await seen(folded, 'stdout F whole')
  folded.log.write('stdout', 'main\n')
  appendFileSync(folded.raw.stdout, 'f\nlast')
  await seen(folded, 'stdout F half')
  folded.fold()
  assert.equal(folded.texts(), ['stdout F whole', 'stdout F main', 'stdout F half', 'stdout P last'])
})

test('the fold takes what a child has not ended after a while, and the next line of the pod is its own', async () => {
  using folded = folding()
  appendFileSync(folded.raw.stdout, 'no newline')
  await seen(folded, 'stdout P no newline')
  folded.log.write('stdout', 'main\n')
  appendFileSync(folded.raw.stdout, 'more\n')
  await seen(folded, 'stdout F more')
  assert.equal(folded.texts(), ['stdout P no newline', 'stdout F ', 'stdout F main', 'stdout F more'])
})

test('the fold ends a line that the pod has begun before it brings one of a child', () => {
  using folded = folding()
  folded.log.write('stdout', 'dots...')
  folded.log.write('stderr', 'other')
  appendFileSync(folded.raw.stdout, 'child\n')
  folded.fold()
  assert.equal(folded.texts(), ['stdout P dots...', 'stderr P other', 'stdout F ', 'stdout F child'])
})

test('the fold waits a moment for the line that the pod has begun', async () => {
  using folded = folding()
  folded.log.write('stdout', 'ab')
  appendFileSync(folded.raw.stdout, 'child\n')
  await new Promise(resolve => setImmediate(resolve))
  folded.log.write('stdout', 'c\n')
  await seen(folded, 'stdout F child')
  assert.equal(folded.texts(), ['stdout P ab', 'stdout F c', 'stdout F child'])
})

test('the fold keeps a line of several blocks in one piece, whatever the pod writes meanwhile', async () => {
  using folded = folding()
  const long = 'é'.repeat(300_000)
  appendFileSync(folded.raw.stdout, long.slice(0, 200_000))
  folded.log.write('stdout', 'main\n')
  appendFileSync(folded.raw.stdout, `${long.slice(200_000)}\n`)
  await until(() => folded.texts().at(-1)?.startsWith('stdout F é'), 'the long line is whole')
  assert.is(folded.texts()[0], 'stdout F main')
  const parts = folded.texts().slice(1)
  assert.is(parts.map(part => part.slice(9)).join(''), long)
})

test.run()
