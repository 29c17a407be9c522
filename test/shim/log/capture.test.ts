// What JavaScript in a process writes to stdout and stderr, in this process. Not here: names (own-names.test.ts), and what
// becomes of it in the log (log-file.test.ts).
import fs from 'node:fs'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { captureOutput } from '../../../shim/log/capture.ts'
import type { LogFile } from '../../../shim/log/log-file.ts'
import { errorOf } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { restoring } from './restoring.ts'

/** Does `work` while the output is captured. @returns what came to the log */
async function captured(work: () => unknown): Promise<unknown[]> {
  const written: unknown[] = []
  const log = {
    write: (stream: string, text: string) => {
      written.push([stream, text])
      return Buffer.byteLength(text)
    },
    writeBytes: (stream: string, bytes: Uint8Array) => void written.push([stream, Buffer.from(bytes)]),
  }
  await restoring(async () => {
    captureOutput(log as unknown as LogFile, () => {})
    await work()
  })
  return written
}

test('console and the streams of the process write to the log', async () => {
  const written = await captured(async () => {
    await new Promise(resolve => process.stdout.write('a\n', resolve))
    process.stderr.write(Buffer.from('b\n'))
    await new Promise(resolve => setImmediate(resolve))
  })
  assert.equal(written, [
    ['stdout', 'a\n'],
    ['stderr', Buffer.from('b\n')],
  ])
})

test('fs.write and its like on descriptor 1 and 2 write to the log, and say how much', async () => {
  const counts: unknown[] = []
  const written = await captured(async () => {
    counts.push(fs.writeSync(1, 'ö'))
    counts.push(fs.writeSync(1, Buffer.from('abcdef'), 2, 3))
    counts.push(fs.writeSync(2, Buffer.from('abcdef'), 4))
    counts.push(fs.writeSync(2, '6869', null, 'hex'))
    counts.push(fs.writevSync(1, [Buffer.from('x'), Buffer.from('y')]))
    counts.push((await promisify(fs.write)(1, Buffer.from('z'))).bytesWritten)
    counts.push((await promisify(fs.writev)(2, [Buffer.from('v'), Buffer.from('w')])).bytesWritten)
  })
  assert.equal(
    written.map(one => (one as unknown[]).map(String)),
    [
      ['stdout', 'ö'],
      ['stdout', 'cde'],
      ['stderr', 'ef'],
      ['stderr', 'hi'],
      ['stdout', 'xy'],
      ['stdout', 'z'],
      ['stderr', 'vw'],
    ],
  )
  assert.equal(counts, [2, 3, 2, 2, 2, 1, 2])
})

test('other descriptors are written as ever, and what is no chunk is refused', async () => {
  using at = scratch()
  const fd = fs.openSync(at.path('file'), 'w')
  const written = await captured(async () => {
    fs.writeSync(fd, 'a')
    fs.writevSync(fd, [Buffer.from('b')])
    await promisify(fs.write)(fd, Buffer.from('c'))
    assert.match((await errorOf(() => fs.writeSync(1, 7 as never))).message, 'must be a string')
  })
  fs.closeSync(fd)
  assert.equal([fs.readFileSync(at.path('file'), 'utf8'), written], ['abc', []])
})

test.run()
