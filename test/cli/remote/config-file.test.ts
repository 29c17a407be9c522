import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { changeConfig, configFile, readConfig } from '../../../cli/remote/config-file.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function withConfig(): Scratch {
  const at = scratch()
  process.env.XDG_CONFIG_HOME = at.dir
  return at
}

test('readConfig() is empty where there is no file, and changeConfig() changes what it is given and no more', async () => {
  using _at = withConfig()
  assert.equal(readConfig(), { remotes: {}, hosts: {} })
  await changeConfig(() => ({ remotes: { a: { address: 'localhost:1' } } }))
  await changeConfig(() => ({ hosts: { 1: ['/data'] } }))
  assert.equal(readConfig(), { remotes: { a: { address: 'localhost:1' } }, hosts: { 1: ['/data'] } })
  assert.is(statSync(configFile()).mode & 0o777, 0o600)
})

test('changeConfig() keeps what another version wrote, and a link to the file', async () => {
  using at = withConfig()
  const file = at.file('elsewhere.json', '{"later":{"a":1},"hosts":{"1":["/a"]}}')
  mkdirSync(at.path('p8a'))
  symlinkSync(file, configFile())
  await changeConfig(() => ({ hosts: {} }))
  assert.equal(JSON.parse(readFileSync(file, 'utf8')), { later: { a: 1 }, hosts: {} })
})

test('readConfig() leaves out directories that are no lists of texts', async () => {
  using at = withConfig()
  at.file('p8a/config.json', '{"hosts":{"1":["/a"],"2":"/b","3":[5]}}')
  assert.equal(readConfig(), { remotes: {}, hosts: { 1: ['/a'] } })
})

for (const [what, text] of [
  ['no JSON', '{"remotes":'],
  ['a list', '[]'],
  ['remotes that are no object', '{"remotes":[]}'],
  ['a remote without an address', '{"remotes":{"a":{}}}'],
  ['a token that is no text', '{"remotes":{"a":{"address":"x","token":5}}}'],
] as const) {
  test(`readConfig() names a file that is ${what}, and changeConfig() leaves it`, async () => {
    using at = withConfig()
    const file = at.file('p8a/config.json', text)
    assert.match((await failsWith('bad_settings', readConfig)).message, file)
    await failsWith('bad_settings', () => changeConfig(() => ({ remotes: {} })))
    assert.is(readFileSync(file, 'utf8'), text)
  })
}

test('readConfig() says what the system says of a file that cannot be read', async () => {
  using at = withConfig()
  mkdirSync(at.path('p8a/config.json'), { recursive: true })
  assert.match((await failsWith('bad_settings', readConfig)).message, 'EISDIR')
})

test('changeConfig() loses nothing when many change the file at once, and takes a lock over that a killed process left', async () => {
  using at = withConfig()
  at.file('p8a/config.json.lock', '')
  const longAgo = new Date(Date.now() - 60_000)
  utimesSync(at.path('p8a/config.json.lock'), longAgo, longAgo)
  const names = Array.from({ length: 12 }, (_, index) => `remote-${index}`)
  await Promise.all(
    names.map(name => changeConfig(({ remotes }) => ({ remotes: { ...remotes, [name]: { address: 'localhost:1' } } }))),
  )
  assert.equal(Object.keys(readConfig().remotes).sort(), names.sort())
  assert.equal(readdirSync(at.path('p8a')), ['config.json'])
})

test.run()
