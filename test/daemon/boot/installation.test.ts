import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkNotOlder, compareVersions, readInstallation } from '../../../daemon/boot/installation.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readInstallation() reads the version and finds the daemon', async () => {
  using at = scratch()
  mkdirSync(at.path('dist'))
  writeFileSync(at.path('dist/daemon.cjs'), '')
  writeFileSync(at.path('package.json'), '{"name":"p8a","version":"1.2.3"}')
  const { folder, version, program } = await readInstallation(at.dir)
  assert.is(version, '1.2.3')
  assert.is(program, `${folder}/dist/daemon.cjs`)
})

test('readInstallation() refuses what is none', async () => {
  using at = scratch()
  await failsWith('bad_params', () => readInstallation('next'))
  await failsWith('file_not_found', () => readInstallation(at.path('nowhere')))
  for (const about of [
    '{"name":"p8b","version":"1.2.3"}',
    '{"name":"p8a"}',
    'no JSON',
    '{"name":"p8a","version":"1.2.3"}',
  ]) {
    writeFileSync(at.path('package.json'), about)
    await failsWith('file_not_found', () => readInstallation(at.dir))
  }
})

test('compareVersions() knows which of two is the older one', () => {
  const inOrder = ['0.1.0', '0.1.1', '0.2.0', '0.10.0', '1.0.0-beta.2', '1.0.0-beta.10', '1.0.0', '1.0.1-0', '1.0.1']
  for (const [index, one] of inOrder.entries())
    for (const [at, other] of inOrder.entries())
      assert.is(Math.sign(compareVersions(one, other)), Math.sign(index - at), `${one} ${other}`)
  assert.is(compareVersions('1.0.0+a', '1.0.0+b'), 0)
})

test('checkNotOlder() refuses an older one alone', async () => {
  checkNotOlder({ from: '1.0.0', to: '1.0.0' })
  checkNotOlder({ from: '1.0.0', to: '1.0.1' })
  await failsWith('upgrade_failed', () => checkNotOlder({ from: '1.0.0', to: '0.9.9' }))
})

test.run()
