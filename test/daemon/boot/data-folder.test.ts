// A data directory made ready for a host. Not here: the claim on it (e2e/security.test.ts), what half-written files are
// (store/state-file.test.ts).
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkSocketLength, openDataFolder } from '../../../daemon/boot/data-folder.ts'
import { Listeners } from '../../../daemon/system/listeners.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

// A claim lasts as long as the process, and the number of a directory that was removed is soon another's.
const at = scratch()
test.after(() => at[Symbol.dispose]())

test('openDataFolder() makes the folders, for the owner of the host alone, and removes what is half-written', async () => {
  const data = at.path('data')
  mkdirSync(data, { mode: 0o755 })
  const torn = ['host.json.1234.tmp', 'hooks/1.json.2.tmp', 'profiles/slow.json.3.tmp'].map(name =>
    at.file(`data/${name}`, '{"v":1,'),
  )
  const whole = at.file('data/hooks/1.json', '{}')
  const paths = dataPaths(data)
  await openDataFolder(paths, new Listeners())
  for (const dir of [data, paths.images, paths.pods, paths.logs, paths.calls]) {
    assert.is(statSync(dir).mode & 0o777, 0o700, dir)
  }
  assert.equal(torn.map(existsSync), [false, false, false])
  assert.ok(existsSync(whole))
})

test('openDataFolder() refuses one that another host holds', async () => {
  const paths = dataPaths(at.path('held'))
  await openDataFolder(paths, new Listeners())
  await failsWith('host_running', () => openDataFolder(paths, new Listeners()))
})

test('checkSocketLength() counts bytes, of which the kernel takes 107', async () => {
  checkSocketLength('x'.repeat(107))
  await failsWith('bad_settings', () => checkSocketLength('x'.repeat(108)))
  checkSocketLength('ä'.repeat(53))
  await failsWith('bad_settings', () => checkSocketLength('ä'.repeat(54)))
})

test.run()
