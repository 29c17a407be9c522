// How much of large files is read, counted in bytes. The files are sparse: the reader makes up what they hold.
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ReadBytes } from '../../../daemon/logs/bytes.ts'
import type { LogQuery } from '../../../daemon/logs/log-query.ts'
import { readLogs } from '../../../daemon/logs/query.ts'
import { logTime } from '../../../protocol/cri.ts'
import { all, LogDir } from './log-dir.ts'

const GiB = 1024 ** 3
const KiB = 1024
const lineBytes = 128
const linesPerFile = GiB / lineBytes

const startMs = Date.parse('2026-11-20T00:00:00Z')

/** One line each millisecond: 8,388,608 lines a file, somewhat more than two hours. */
function line(index: number): string {
  return `${`${logTime(startMs + index)} stdout F line ${index} `.padEnd(lineBytes - 1, '.')}\n`
}

/** Three GiB of one run: two rotated files and the live one. */
async function read(query: LogQuery) {
  using logs = new LogDir()
  await mkdir(logs.path('web'))
  const names = ['1.log.1', '1.log.2', '1.log']
  for (const name of names) {
    await writeFile(logs.path(`web/${name}`), '')
    await truncate(logs.path(`web/${name}`), GiB)
  }
  let bytesRead = 0
  const files = new Set<string>()
  const makeUp: ReadBytes = async (file, position, length) => {
    bytesRead += length
    files.add(file.name)
    const first = Math.floor(position / lineBytes)
    const last = Math.floor((position + length - 1) / lineBytes)
    const base = names.indexOf(file.name) * linesPerFile
    let text = ''
    for (let index = first; index <= last; index++) text += line(base + index)
    const skip = position - first * lineBytes
    return Buffer.from(text.slice(skip, skip + length))
  }
  const entries = await all(readLogs(logs.dir, query, { read: makeUp }))
  return { entries, bytesRead, files }
}

test('readLogs() reads little more of 3 GiB than the five minutes asked for', async () => {
  const sinceIndex = linesPerFile + 1_234_567
  const lines = 5 * 60_000
  const since = logTime(startMs + sinceIndex)
  const until = logTime(startMs + sinceIndex + lines)
  const { entries, bytesRead } = await read({ since, until })
  assert.is(entries.length, lines)
  assert.is(entries[0]?.time, since)
  assert.is(entries.at(-1)?.time, logTime(startMs + sinceIndex + lines - 1))
  assert.ok(bytesRead < lines * lineBytes + 512 * KiB, `read ${bytesRead} bytes for ${lines * lineBytes}`)
})

test('readLogs() finds a window that lies on the border of two files', async () => {
  const { entries, bytesRead } = await read({
    since: logTime(startMs + linesPerFile - 10),
    until: logTime(startMs + linesPerFile + 10),
  })
  assert.is(entries.length, 20)
  assert.ok(bytesRead < 512 * KiB, `read ${bytesRead} bytes`)
})

test('readLogs() reads next to nothing where the window is empty', async () => {
  const { entries, bytesRead } = await read({ since: '2027-01-01T00:00:00.000000000Z' })
  assert.is(entries.length, 0)
  assert.ok(bytesRead < 64 * KiB, `read ${bytesRead} bytes`)
})

test('readLogs() reads the last lines from the end', async () => {
  const { entries, bytesRead, files } = await read({ limit: 100 })
  assert.is(entries.length, 100)
  assert.is(entries.at(-1)?.time, logTime(startMs + 3 * linesPerFile - 1))
  assert.ok(bytesRead < 256 * KiB, `read ${bytesRead} bytes`)
  assert.equal([...files].sort(), ['1.log', '1.log.1'], 'of the oldest file only the first line')
})

test.run()
