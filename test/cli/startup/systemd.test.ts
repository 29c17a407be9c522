import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkBooted, checkUnit, removeUnit, runSystemd, writeUnit } from '../../../cli/startup/systemd.ts'
import { unitMark } from '../../../cli/startup/unit.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('writeUnit() makes the folder and writes over its own unit alone', async () => {
  using at = scratch()
  const file = at.path('systemd/user/p8a.service')
  await writeUnit(file, `${unitMark}\none\n`)
  await writeUnit(file, `${unitMark}\ntwo\n`)
  assert.match(readFileSync(file, 'utf8'), /two/)
  const other = at.file('other.service', '[Unit]\n')
  await failsWith('bad_settings', async () => await writeUnit(other, unitMark))
  await failsWith('bad_settings', async () => await checkUnit(other))
})

test('checkBooted() refuses a machine that systemd does not run', async () => {
  using at = scratch()
  await checkBooted(at.dir)
  const { hint } = await failsWith('unsupported', async () => await checkBooted(at.path('none')))
  assert.match(hint ?? '', /pod host start/)
})

test('checkUnit() refuses what is not there; removeUnit() removes', async () => {
  using at = scratch()
  await failsWith('file_not_found', async () => await checkUnit(at.path('p8a.service')))
  const file = at.file('p8a.service', unitMark)
  await checkUnit(file)
  await removeUnit(file)
  assert.not(existsSync(file))
  await failsWith('save_failed', async () => await removeUnit(file))
})

test('runSystemd() tells what a command said, and that there is no systemd', async () => {
  await runSystemd(['true'])
  const failed = await failsWith('start_failed', async () => await runSystemd(['sh', '-c', 'echo no bus >&2; exit 3']))
  assert.match(`${failed.message} ${failed.hint}`, /no bus.*XDG_RUNTIME_DIR/)
  await failsWith('unsupported', async () => await runSystemd(['p8a-no-such-program']))
})

test.run()
