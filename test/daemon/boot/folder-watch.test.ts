import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { folderAt, watchFolder } from '../../../daemon/boot/folder-watch.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

async function watched(path: string) {
  const seen = { gone: 0, replaced: 0 }
  const end = watchFolder(path, await folderAt(path), {
    lookMs: 10,
    onGone: () => {
      seen.gone += 1
    },
    onReplaced: () => {
      seen.replaced += 1
    },
  })
  return { seen, [Symbol.dispose]: end }
}

test('folderAt() is the same by a link and after a move, and another for another directory', async () => {
  using at = scratch()
  mkdirSync(at.path('data/pods'), { recursive: true })
  mkdirSync(at.path('other'))
  const { ino } = await folderAt(at.path('data'))
  renameSync(at.path('data'), at.path('moved'))
  symlinkSync(at.path('moved'), at.path('data'))
  assert.is((await folderAt(at.path('data'))).ino, ino)
  assert.is.not((await folderAt(at.path('other'))).ino, ino)
})

test('watchFolder() tells once that the directory is gone, and once that another one is there', async () => {
  using at = scratch()
  mkdirSync(at.path('data/pods'), { recursive: true })
  mkdirSync(at.path('copy/pods'), { recursive: true })
  using watch = await watched(at.path('data'))
  renameSync(at.path('data'), at.path('old'))
  await until(() => watch.seen.gone === 1, 'it is gone')
  renameSync(at.path('copy'), at.path('data'))
  await until(() => watch.seen.replaced === 1, 'another one is there')
  renameSync(at.path('data'), at.path('copy'))
  assert.equal(watch.seen, { gone: 1, replaced: 1 })
})

test('watchFolder() takes the same directory for what it is where it comes back, or its folder was moved and linked', async () => {
  using at = scratch()
  mkdirSync(at.path('home/data/pods'), { recursive: true })
  using watch = await watched(at.path('home/data'))
  renameSync(at.path('home'), at.path('elsewhere'))
  await until(() => watch.seen.gone === 1, 'a move above it is noticed too')
  symlinkSync(at.path('elsewhere'), at.path('home'))
  renameSync(at.path('home/data'), at.path('away'))
  await until(() => watch.seen.gone >= 1, 'it is gone again')
  renameSync(at.path('away'), at.path('home/data'))
  assert.is(watch.seen.replaced, 0)
})

test.run()
