import { linkSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { StorageMeter, sizeOf } from '../../../daemon/bounds/storage.ts'
import { errorOf } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

test('sizeOf() counts what files take of the disk, each once, and follows no link', async () => {
  using at = scratch()
  using other = scratch()
  const bytes = 1024 * 1024
  writeFileSync(other.path('large'), Buffer.alloc(bytes))
  symlinkSync(other.dir, at.path('elsewhere'))
  symlinkSync('.', at.path('round'))
  const before = await sizeOf(at.dir)
  assert.ok(before < bytes)
  writeFileSync(at.file('deep/er/file', ''), Buffer.alloc(bytes, 1))
  linkSync(at.path('deep/er/file'), at.path('same'))
  const size = await sizeOf(at.dir)
  assert.ok(size >= before + bytes && size < before + 2 * bytes, String(size))
  assert.is(await sizeOf(at.path('none')), 0)
})

test('sizeOf() does not take a folder that it cannot see for an empty one', async () => {
  using at = scratch()
  const { PATH } = process.env
  process.env.PATH = at.dir
  try {
    assert.match((await errorOf(() => sizeOf(at.dir))).message, 'du could not tell how large')
  } finally {
    process.env.PATH = PATH
  }
})

test('StorageMeter waits for no look, and rests the longer the longer one took', async () => {
  let nowMs = 0
  let looks = 0
  const size = async () => {
    looks++
    nowMs += 100
    return 10 * looks
  }
  const meter = new StorageMeter({ size, rest: async () => {}, nowMs: () => nowMs })
  assert.is(meter.bytesOf('/a'), undefined)
  await until(() => meter.bytesOf('/a') === 10, 'it has looked')
  nowMs += 1900
  assert.equal([meter.bytesOf('/a'), looks], [10, 1])
  nowMs += 100
  assert.is(meter.bytesOf('/a'), 10)
  assert.is(looks, 2)
})

test('StorageMeter looks at one folder after the other, however many are due, and rests between two', async () => {
  let nowMs = 0
  let atOnce = 0
  const most: number[] = []
  const rests: number[] = []
  const size = async (folder: string) => {
    most.push(++atOnce)
    await Promise.resolve()
    nowMs += folder === '/large' ? 60_000 : 5
    return atOnce--
  }
  const rest = async (ms: number) => void rests.push(ms)
  const meter = new StorageMeter({ size, rest, nowMs: () => nowMs })
  const folders = ['/a', '/b', '/large', '/c']
  for (const folder of [...folders, ...folders]) assert.is(meter.bytesOf(folder), undefined)
  await until(() => rests.length >= folders.length, 'all are measured')
  assert.equal(
    [most, rests],
    [
      [1, 1, 1, 1],
      [100, 100, 1000, 100],
    ],
  )
})

test('StorageMeter keeps what it found where it cannot see the folder now, and looks again', async () => {
  let nowMs = 0
  let looks = 0
  const size = async () => {
    nowMs += 10
    if (++looks === 2) throw new Error('EMFILE')
    return 10 * looks
  }
  const meter = new StorageMeter({ size, rest: async () => {}, nowMs: () => nowMs })
  meter.bytesOf('/a')
  await until(() => meter.bytesOf('/a') === 10, 'it has looked')
  nowMs += 200
  assert.is(meter.bytesOf('/a'), 10)
  await until(() => looks === 2, 'it has looked in vain')
  assert.is(meter.bytesOf('/a'), 10)
  nowMs += 200
  await until(() => meter.bytesOf('/a') === 30, 'it has looked again')
})

test('StorageMeter looks anew only where there was too much', async () => {
  const sizes = [10, 5]
  const meter = new StorageMeter({ size: async () => sizes.shift() ?? 0, rest: async () => {}, nowMs: () => 0 })
  assert.is(await meter.stillOver('/a', 7), undefined, 'nothing is known of it')
  meter.bytesOf('/a')
  await until(() => meter.bytesOf('/a') === 10, 'it has looked')
  assert.is(await meter.stillOver('/a', 7), undefined, 'there is room now')
})

test.run()
