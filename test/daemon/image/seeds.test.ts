// What the runs of a folder may write in, in the storage of the pod.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeWritable } from '../../../daemon/image/seeds.ts'
import { scratch } from '../../scratch.ts'

test('makeWritable() brings what the version has once, with the right to write; what the pod has stays', async () => {
  using at = scratch()
  for (const file of ['image/seeds/data/deep/seed.txt', 'image/seeds/data.db']) chmodSync(at.file(file, 'seed'), 0o444)
  chmodSync(at.path('image/seeds/data/deep'), 0o555)
  const where = { image: at.path('image'), storage: at.path('storage') }
  const writable = ['data', 'data.db', 'new/empty']
  // Two runs may begin at the same moment.
  await Promise.all([makeWritable(writable, where), makeWritable(writable, where)])
  assert.is(readFileSync(at.path('storage/data/deep/seed.txt'), 'utf8'), 'seed')
  assert.is(statSync(at.path('storage/data.db')).mode & 0o200, 0o200)
  assert.is(statSync(at.path('storage/data/deep')).mode & 0o700, 0o700)
  assert.ok(statSync(at.path('storage/new/empty')).isDirectory())
  writeFileSync(at.path('storage/data.db'), 'mine')
  await makeWritable(writable, where)
  assert.is(readFileSync(at.path('storage/data.db'), 'utf8'), 'mine')
  assert.equal(readdirSync(at.path('storage')).sort(), ['data', 'data.db', 'new'])
  assert.not(existsSync(at.path('storage/data/data')))
})

test('makeWritable() makes a folder of what no version brings, and leaves a file to the program, which makes it through its link', async () => {
  using at = scratch()
  const where = { image: at.path('image'), storage: at.path('storage') }
  const folders = ['data', '.cache', 'etc/conf.d']
  const files = ['app.db', 'var/state.json', '.env.local']
  await makeWritable([...folders, ...files], where)
  for (const path of folders) assert.ok(statSync(at.path(`storage/${path}`)).isDirectory(), path)
  for (const path of files) {
    assert.not(existsSync(at.path(`storage/${path}`)), path)
    const link = at.path('link')
    symlinkSync(at.path(`storage/${path}`), link)
    writeFileSync(link, 'mine')
    assert.is(readFileSync(at.path(`storage/${path}`), 'utf8'), 'mine')
    rmSync(link)
  }
  await makeWritable(files, where)
  assert.is(readFileSync(at.path('storage/app.db'), 'utf8'), 'mine')
})

test.run()
