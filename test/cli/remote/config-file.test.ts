import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { configFile, readConfig, writeConfig } from '../../../cli/remote/config-file.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function withConfig(): Scratch {
  const at = scratch()
  process.env.XDG_CONFIG_HOME = at.dir
  return at
}

test('readConfig() is empty where there is no file, and writeConfig() changes what it is given and no more', async () => {
  using _at = withConfig()
  assert.equal(readConfig(), { remotes: {}, hosts: {} })
  await writeConfig({ remotes: { a: { address: 'localhost:1' } } })
  await writeConfig({ hosts: { 1: ['/data'] } })
  assert.equal(readConfig(), { remotes: { a: { address: 'localhost:1' } }, hosts: { 1: ['/data'] } })
  assert.is(statSync(configFile()).mode & 0o777, 0o600)
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
  test(`readConfig() names a file that is ${what}, and writeConfig() leaves it`, async () => {
    using at = withConfig()
    const file = at.file('p8a/config.json', text)
    assert.match((await failsWith('bad_settings', readConfig)).message, file)
    await failsWith('bad_settings', () => writeConfig({ remotes: {} }))
    assert.is(readFileSync(file, 'utf8'), text)
  })
}

test('readConfig() says what the system says of a file that cannot be read', async () => {
  using at = withConfig()
  mkdirSync(at.path('p8a/config.json'), { recursive: true })
  assert.match((await failsWith('bad_settings', readConfig)).message, 'EISDIR')
})

test.run()
