// What images share is removed when none uses it any more.
import { existsSync, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { missingContents, placeTree, saveContent } from '../../../daemon/image/contents.ts'
import { Parts } from '../../../daemon/image/parts.ts'
import { Promised } from '../../../daemon/image/promised.ts'
import { hashOf, saveImage } from '../../../daemon/image/store.ts'
import { type SweepOptions, sweepShared } from '../../../daemon/image/sweep.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { foldersFail } from '../../folders-fail.ts'
import { scratch } from '../../scratch.ts'

test('sweepShared() removes bytes and installations that no image uses, unless they are new', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(paths.images)
  const [used, unused] = [hashOf('used'), hashOf('unused')]
  await saveContent(paths, used, Buffer.from('used'))
  await saveContent(paths, unused, Buffer.from('unused'))
  for (const key of ['kept', 'left']) mkdirSync(join(paths.installed, key, 'node_modules'), { recursive: true })
  const starts = { how: 'program' as const, entry: 'a', args: [], because: 'its name' }
  const known = {
    hash: hashOf('image'),
    size: 4,
    kind: 'service',
    format: 'folder',
    exports: [],
    config: {},
    file: 'web',
  } as const
  const tree = [{ path: 'a', hash: used, size: 4 }]
  const fill = async (folder: string) => await placeTree(paths, tree, join(folder, 'tree'))
  await saveImage(paths, { ...known, exports: [], starts, installed: 'kept' }, { fill, discard: async () => {} })
  const left = async () => [
    await missingContents(paths, [used, unused]),
    ...['kept', 'left'].map(key => existsSync(join(paths.installed, key))),
  ]
  const promised = new Promised()
  const remove: SweepOptions['remove'] = async (hash, work) => await promised.remove(hash, 1, work)
  const options = { nowMs: Date.now(), sinceMs: Date.now() + 1, remove, isQuiet: () => true }
  await sweepShared(paths, options)
  assert.equal(await left(), [[], true, true], 'they may be of a push that began under an earlier host')
  const ofThisHost = { ...options, sinceMs: 0 }
  promised.note([unused], 0)
  await sweepShared(paths, ofThisHost)
  assert.equal(await left(), [[], true, true], 'a push is about to use them')
  promised.done([unused])
  const swept = await sweepShared(paths, ofThisHost)
  assert.equal([swept, await left()], [{ files: 1, bytes: 6 }, [[unused], true, true]])
  await saveContent(paths, unused, Buffer.from('unused'))
  const later = { ...options, nowMs: Date.now() + 2 * 3_600_000 }
  await sweepShared(paths, later)
  assert.equal(await left(), [[unused], true, false])
  await rm(paths.image(known.hash), { recursive: true })
  const underPush = { isQuiet: () => false }
  for (const each of [
    { ...options, isWhole: true, ...underPush },
    { ...later, ...underPush },
  ])
    await sweepShared(paths, each)
  assert.is(existsSync(join(paths.installed, 'kept')), true, 'a push may just have found it there')
  await sweepShared(paths, { ...options, isWhole: true })
  assert.equal(await left(), [[used, unused], false, false])
})

test('sweepShared() removes what was not whole yet when its host was killed, unless more of it comes', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  const [broken, begun] = [hashOf('broken'), hashOf('begun')]
  for (const hash of [broken, begun])
    await new Parts(paths).take({ path: '', hash, size: 9, offset: 0, bytes: Buffer.from('b') })
  // As earlier hosts have left it.
  at.file(`images/files/.new-${broken}-1`, '')
  const promised = new Promised()
  promised.note([begun], 0)
  const remove: SweepOptions['remove'] = async (hash, work) => await promised.remove(hash, 1, work)
  await sweepShared(paths, { nowMs: Date.now(), sinceMs: 0, remove, isQuiet: () => true })
  assert.equal(await new Parts(paths).begun('', [broken, begun]), { [begun]: 1 })
  assert.not(existsSync(join(paths.contents, `.new-${broken}-1`)))
})

test('sweepShared() removes nothing where it cannot be seen what is used', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  mkdirSync(join(paths.installed, 'kept'), { recursive: true })
  using _ = foldersFail(folder => (folder === paths.images ? 'EMFILE' : undefined))
  const options = {
    nowMs: Date.now() + 1e12,
    sinceMs: 0,
    remove: async () => false,
    isWhole: true,
    isQuiet: () => true,
  }
  await failsWith('state_broken', async () => void (await sweepShared(paths, options)))
  assert.ok(existsSync(join(paths.installed, 'kept')))
})

test.run()
