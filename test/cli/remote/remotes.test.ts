import { chmod, mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addRemote, findRemote, listRemotes, removeRemote } from '../../../cli/remote/remotes.ts'
import { failsWith } from '../../fails.ts'
import { needs } from '../../needs.ts'
import { type Scratch, scratch } from '../../scratch.ts'

/** A config directory of the test's own, empty. */
function emptyConfig(): Scratch {
  const at = scratch()
  process.env.XDG_CONFIG_HOME = at.dir
  return at
}

test('findRemote() knows local without any config', async () => {
  using _at = emptyConfig()
  assert.equal(findRemote('local', '/data').address, { kind: 'unix', path: '/data/host.sock' })
  assert.equal(
    listRemotes('/data').map(remote => remote.name),
    ['local'],
  )
})

test('addRemote() keeps a remote that findRemote() finds', async () => {
  using at = emptyConfig()
  await addRemote('origin', { address: 'localhost:3000', path: 'inner.second', token: 'secret' })
  await addRemote('another', { address: 'unix:/x' })
  const address = { kind: 'tcp', host: 'localhost', port: 3000, tls: false }
  assert.equal(findRemote('origin', '/data'), { name: 'origin', address, path: 'inner.second', token: 'secret' })
  assert.equal(
    listRemotes('/data').map(remote => remote.name),
    ['local', 'another', 'origin'],
  )
  assert.is((await stat(join(at.dir, 'p8a/config.json'))).mode & 0o777, 0o600)
})

test('addRemote() refuses a name that is taken, reserved or no name', async () => {
  using _at = emptyConfig()
  await addRemote('origin', { address: 'localhost:3000' })
  assert.match(
    (await failsWith('remote_exists', () => addRemote('origin', { address: 'localhost:1' }))).message,
    'localhost:3000',
  )
  await failsWith('remote_exists', () => addRemote('local', { address: 'localhost:1' }))
  await failsWith('bad_name', () => addRemote('Origin', { address: 'localhost:1' }))
})

test('removeRemote() forgets one remote and keeps the others', async () => {
  using _at = emptyConfig()
  await addRemote('one', { address: 'localhost:1' })
  await addRemote('two', { address: 'localhost:2' })
  await removeRemote('one')
  assert.equal(
    listRemotes('/data').map(remote => remote.name),
    ['local', 'two'],
  )
  await failsWith('remote_not_found', () => removeRemote('one'))
  await failsWith('unsupported', () => removeRemote('local'))
})

test('findRemote() names the known remotes and the one that was meant', async () => {
  using _at = emptyConfig()
  await addRemote('origin', { address: 'localhost:3000' })
  const { hint } = await failsWith('remote_not_found', () => findRemote('orgin', '/data'))
  assert.match(hint ?? '', 'Did you mean "origin"?')
  assert.match(hint ?? '', 'local, origin')
  await failsWith('remote_not_found', () => findRemote('constructor', '/data'))
})

for (const [what, text] of [
  ['torn', '{"remotes": {'],
  ['no object', '[]'],
  ['of another shape', '{"remotes":{"origin":5}}'],
  ['empty', ''],
] as const) {
  test(`findRemote() names the config file where it is ${what}, and nothing overwrites it`, async () => {
    using at = emptyConfig()
    const file = at.file('p8a/config.json', text)
    assert.match((await failsWith('bad_settings', () => findRemote('origin', '/data'))).message, file)
    await failsWith('bad_settings', () => addRemote('new', { address: 'localhost:1' }))
    assert.is(await readFile(file, 'utf8'), text)
  })
}

test('addRemote() says what cannot be written', async () => {
  using at = emptyConfig()
  process.env.XDG_CONFIG_HOME = at.file('a-file', '')
  const error = await failsWith('save_failed', () => addRemote('new', { address: 'localhost:1' }))
  assert.match(error.message, 'config.json')
})

needs(test, 'another user than root')('addRemote() says so where it may not write', async () => {
  using at = emptyConfig()
  await mkdir(at.path('p8a'))
  await chmod(at.path('p8a'), 0o500)
  const error = await failsWith('save_failed', () => addRemote('new', { address: 'localhost:1' }))
  assert.match(error.message, 'config.json')
})

test.run()
