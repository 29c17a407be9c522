import { mkdirSync, statSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isPodFolder, makePodFolder } from '../../../daemon/store/pod-folder.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { errorOf, failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function opened(at: Scratch) {
  const said: string[] = []
  const log = { warn: (_: string, message: string) => void said.push(message) } as unknown as HostLog
  return { seams: { paths: dataPaths(at.dir), log }, said }
}

test('makePodFolder() makes a folder for its own user, and minds none that is there', async () => {
  using at = scratch()
  const { seams } = opened(at)
  await makePodFolder(seams, 'web')
  assert.is(statSync(at.path('pods/web')).mode & 0o777, 0o700)
  await makePodFolder(seams, 'web')
  assert.is(await isPodFolder(seams, 'web'), true)
})

test('a link in the place of a folder is none, and that is told', async () => {
  using at = scratch()
  const { seams, said } = opened(at)
  mkdirSync(at.path('elsewhere'))
  mkdirSync(at.path('pods'))
  symlinkSync(at.path('elsewhere'), at.path('pods/web'))
  assert.is(await isPodFolder(seams, 'web'), false)
  assert.match(said[0] ?? '', 'pods/web is a link')
  await failsWith('save_failed', () => makePodFolder(seams, 'web'))
})

test('isPodFolder() takes what it cannot see for neither', async () => {
  using at = scratch()
  const { seams } = opened(at)
  await makePodFolder(seams, 'web')
  assert.is(await isPodFolder(seams, 'other'), false)
  const pods = 'x/'.repeat(3000)
  const unseen = { ...seams, paths: { ...seams.paths, pod: () => ({ ...seams.paths.pod('web'), dir: pods }) } }
  assert.is((await errorOf(() => isPodFolder(unseen, 'web'))).code, 'ENAMETOOLONG')
})

test('a file in the place of a folder is none', async () => {
  using at = scratch()
  const { seams } = opened(at)
  at.file('pods/web', '')
  assert.is(await isPodFolder(seams, 'web'), false)
  assert.is(await isPodFolder(seams, 'gone'), false)
  await failsWith('save_failed', () => makePodFolder(seams, 'web'))
})

test.run()
