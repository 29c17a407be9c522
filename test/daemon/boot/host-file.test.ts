// Who a host is, and its settings.
import { readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadHostFile } from '../../../daemon/boot/host-file.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('loadHostFile() makes the host an id at its first start, and finds it again', async () => {
  using at = scratch()
  const { id, settings } = await loadHostFile(at.path('host.json'))
  assert.match(id, /^[0-9a-f-]{36}$/)
  assert.equal(settings, defaultSettings)
  assert.equal(await loadHostFile(at.path('host.json')), { id, settings })
  assert.is(statSync(at.path('host.json')).mode & 0o777, 0o600)
})

test('loadHostFile() reads the settings that people wrote, with the defaults of the others', async () => {
  using at = scratch()
  const file = at.file('host.json', JSON.stringify({ v: 1, id: 'x', settings: { authTimeout: '2s', spares: 0 } }))
  assert.equal(await loadHostFile(file), { id: 'x', settings: { ...defaultSettings, authTimeout: 2000, spares: 0 } })
})

for (const [what, text] of [
  ['torn', '{"v":1,'],
  ['empty', ''],
  ['of a newer version', '{"v":2,"id":"x"}'],
  ['with a setting that there is not', '{"v":1,"id":"x","settings":{"spare":1}}'],
  ['with a wrong setting', '{"v":1,"id":"x","settings":{"spares":-1}}'],
] as const) {
  test(`loadHostFile() names a file that is ${what}, and leaves it`, async () => {
    using at = scratch()
    const file = at.file('host.json', text)
    assert.match((await failsWith('bad_settings', () => loadHostFile(file))).message, file)
    assert.is(readFileSync(file, 'utf8'), text)
  })
}

test.run()
