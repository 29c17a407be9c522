import { chmodSync, linkSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { giveFile, openWay } from '../../../daemon/system/way.ts'
import { scratch } from '../../scratch.ts'

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

test('openWay() lets others enter the folders of a way, and list none', async () => {
  using at = scratch()
  mkdirSync(at.path('data/pods/web'), { recursive: true, mode: 0o700 })
  mkdirSync(at.path('data/other'), { mode: 0o700 })
  const modeOf = (name: string) => statSync(at.path(name)).mode & 0o777
  chmodSync(at.dir, 0o700)
  await openWay(at.path('data'), at.path('data/pods/web'))
  assert.equal(['data', 'data/pods', 'data/pods/web'].map(modeOf), [0o711, 0o711, 0o711])
  assert.equal([modeOf('.'), modeOf('data/other')], [0o700, 0o700])
})

test('giveFile() makes a file, and gives away nothing that has another name or is a link', async () => {
  using at = scratch()
  await giveFile(at.path('new'), me)
  assert.is(statSync(at.path('new')).mode & 0o777, 0o600)
  linkSync(at.file('secret', 'x'), at.path('same'))
  symlinkSync(at.path('secret'), at.path('link'))
  assert.match(await giveFile(at.path('same'), me).catch(error => error.message), 'has another name')
  assert.match(await giveFile(at.path('link'), me).catch(error => error.message), 'it is a link')
})

test.run()
