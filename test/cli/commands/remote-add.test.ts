import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/remote-add.ts'
import { formatInvite } from '../../../cli/remote/invite.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { doing, info } from './doing.ts'

const add = async (at: Scratch, args: string[], options = {}) =>
  await doing(run, { at, args, options }, { 'host.info': info })
const saved = (at: Scratch) => JSON.parse(readFileSync(at.path('p8a/config.json'), 'utf8')).remotes

test('run() keeps address, path and token of a remote, and says whether its host answers', async () => {
  using at = scratch()
  await add(at, ['far', `unix:${at.path('host.sock')}`], { path: 'a.b', token: 'secret' })
  assert.equal(saved(at).far, { address: `unix:${at.path('host.sock')}`, path: 'a.b', token: 'secret' })
  const { told } = await add(at, ['gone', 'localhost:1'])
  assert.match(told, 'gone cannot be used now: Cannot reach the host')
  assert.ok('gone' in saved(at))
})

test('run() takes an invitation for all of it', async () => {
  using at = scratch()
  const invite = formatInvite({ address: 'localhost:1', token: 'secret', path: 'inner' })
  await add(at, ['far', invite])
  assert.equal(saved(at).far, { address: 'localhost:1', path: 'inner', token: 'secret' })
})

test('run() warns of an address beyond this machine without TLS', async () => {
  using at = scratch()
  // It is this machine, which nobody would know from the address.
  assert.match((await add(at, ['far', '0.0.0.0:1'])).told, 'without TLS')
})

for (const [what, args, options, code] of [
  ['a name that is taken', ['local', 'localhost:1'], {}, 'remote_exists'],
  ['a name that is none', ['Far', 'localhost:1'], {}, 'bad_name'],
  ['an address that is none', ['far', 'http:///'], {}, 'bad_address'],
  ['a path that is none', ['far', 'localhost:1'], { path: 'a..b' }, 'bad_name'],
  ['a fingerprint without TLS', ['far', 'localhost:1'], { fingerprint: 'ab'.repeat(32) }, 'usage'],
  ['an authority without TLS', ['far', 'localhost:1'], { ca: true }, 'usage'],
  [
    'a fingerprint beside an authority',
    ['far', 'tls://localhost:1'],
    { ca: true, fingerprint: 'ab'.repeat(32) },
    'usage',
  ],
  ['TLS where no certificate can be seen', ['far', 'tls://localhost:1'], {}, 'host_unreachable'],
] as const) {
  test(`run() refuses ${what}, and keeps nothing`, async () => {
    using at = scratch()
    await failsWith(code, () => add(at, [...args], options))
    assert.not.ok(existsSync(at.path('p8a/config.json')))
  })
}

test.run()
