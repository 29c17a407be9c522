// An image as one file, and what becomes of it when it is not whole. Not here: what a host makes of it (e2e/images).
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withImageFile, writeImageFile } from '../../../cli/image/image-file.ts'
import { bytesOfFile, filesOnce, type ImageSource } from '../../../cli/image/source.ts'
import { hashOf } from '../../../daemon/image/store.ts'
import type { ImageSheet } from '../../../protocol/image.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const contents = new Map(['hello', 'x'.repeat(3 * 1024 * 1024), ''].map(text => [hashOf(text), Buffer.from(text)]))
const [hello = '', large = '', empty = ''] = [...contents.keys()]
const largeFile = { path: 'large', hash: large, size: 3 * 1024 * 1024 }
const sheet: ImageSheet = {
  name: 'web',
  version: 3,
  hash: hashOf('web'),
  size: 5,
  holds: 'folder',
  file: 'web',
  push: { entry: 'a.js' },
  files: [
    { path: 'a.js', hash: hello, size: 5 },
    { path: 'again/b.js', hash: hello, size: 5, x: true },
    { path: 'c', link: 'a.js' },
    largeFile,
    { path: 'none', hash: empty, size: 0 },
  ],
}
const source: ImageSource = {
  sheet,
  parts: async function* ({ hash }) {
    const bytes = contents.get(hash) as Buffer
    for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000)
  },
}

async function written(at: Scratch): Promise<{ file: string; bytes: Buffer }> {
  const file = at.path('web.image')
  const size = await writeImageFile(source, file)
  const bytes = readFileSync(file)
  assert.is(bytes.length, size)
  return { file, bytes }
}

test('withImageFile() reads what writeImageFile() has written, equal bytes once', async () => {
  using at = scratch()
  const { file, bytes } = await written(at)
  assert.is(bytes.length, bytes.indexOf(10) + 1 + 5 + 3 * 1024 * 1024)
  await withImageFile(file, async read => {
    assert.equal(read.sheet, sheet)
    for (const one of filesOnce(sheet)) assert.is(hashOf(await bytesOfFile(read, one)), one.hash)
  })
})

test('withImageFile() refuses what was cut off, damaged or appended to, and other files, before any of it is used', async () => {
  using at = scratch()
  const { file, bytes } = await written(at)
  const head = bytes.indexOf(10)
  const flipped = (index: number) => {
    const copy = Buffer.from(bytes)
    copy[index] = (copy[index] ?? 0) ^ 1
    return copy
  }
  const later = Buffer.from(bytes.toString('latin1').replace('"v":1', '"v":9'), 'latin1')
  const cases: [Buffer, RegExp][] = [
    [bytes.subarray(0, 100), /cut off in its first line/],
    [bytes.subarray(0, head + 1), /cut off: it has \d+ bytes of \d+/],
    [bytes.subarray(0, bytes.length - 1), /cut off/],
    [Buffer.concat([bytes, Buffer.from('!')]), /1 bytes too many/],
    [flipped(bytes.length - 10), /"large" is damaged: its bytes have another hash/],
    [flipped(bytes.indexOf('a.js')), /first line is damaged/],
    [flipped(head - 1), /first line is damaged/],
    [later, /format 9 is of a later p8a/],
    [Buffer.from('export default () => {}\n'), /it is no image/],
    [Buffer.alloc(0), /it is no image/],
    [Buffer.from('{"p8a":"image"}\n'), /it is no image/],
  ]
  for (const [content, why] of cases) {
    writeFileSync(file, content)
    const used: unknown[] = []
    const error = await failsWith('bad_image', () => withImageFile(file, async read => void used.push(read)))
    assert.match(error.message, why)
    assert.equal(used, [])
  }
  assert.match((await failsWith('bad_image', () => withImageFile(at.dir, async () => {}))).message, 'it is no image')
  await failsWith('file_not_found', () => withImageFile(at.path('none'), async () => {}))
})

test('withImageFile() reads a pipe, and leaves one that brings something else', async () => {
  using at = scratch()
  const { bytes } = await written(at)
  const pipe = at.path('pipe')
  execFileSync('mkfifo', [pipe])
  const read = async () => await withImageFile(pipe, async read => await bytesOfFile(read, largeFile))
  const [last] = await Promise.all([read(), writeFile(pipe, bytes)])
  assert.is(hashOf(last), large)
  const endless = spawn('sh', ['-c', 'exec yes > "$0"', pipe], { stdio: 'ignore' })
  const [error] = await Promise.all([failsWith('bad_image', read), once(endless, 'exit')])
  assert.match(error.message, 'it is no image')
})

test('writeImageFile() leaves nothing where the bytes are not those of the sheet', async () => {
  using at = scratch()
  const other: ImageSource = {
    sheet,
    parts: async function* () {
      yield Buffer.from('other')
    },
  }
  const file = at.file('web.image', 'as it was')
  const error = await failsWith('bad_image', () => writeImageFile(other, file))
  assert.match(error.message, '"a.js" is damaged')
  assert.is(readFileSync(file, 'utf8'), 'as it was')
})

test('writeImageFile() replaces a file, also behind a link, and writes to a pipe without taking its place', async () => {
  using at = scratch()
  const { file, bytes } = await written(at)
  writeFileSync(file, 'older')
  symlinkSync(file, at.path('latest'))
  await writeImageFile(source, at.path('latest'))
  assert.ok(lstatSync(at.path('latest')).isSymbolicLink())
  assert.equal(readFileSync(file), bytes)
  const pipe = at.path('pipe')
  execFileSync('mkfifo', [pipe])
  const [read] = await Promise.all([readFile(pipe), writeImageFile(source, pipe)])
  assert.equal(read, bytes)
  assert.ok(lstatSync(pipe).isFIFO())
  assert.equal(readdirSync(at.dir).sort(), ['latest', 'pipe', 'web.image'])
})

test('writeImageFile() into a folder that is not there says so', async () => {
  using at = scratch()
  const { message } = await failsWith('save_failed', () => writeImageFile(source, at.path('none/web.img')))
  assert.match(message, /none\/web\.img: there is no such folder$/)
})

test.run()
