// Which host of the user's own is meant by an address. Not here: that the connection then goes there (e2e/security.test.ts).
import { mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAddress } from '../../../cli/client/address.ts'
import { ownSocket, rememberHost } from '../../../cli/remote/own-host.ts'
import { scratch } from '../../scratch.ts'
import { fakeHost } from '../client/fake-host.ts'
import { info } from '../commands/doing.ts'

/** Asks by which socket an address is reached, where a host says that `addresses` are its own. */
async function socketFor(address: string, addresses: string[]): Promise<unknown> {
  using at = scratch()
  process.env.XDG_CONFIG_HOME = at.dir
  mkdirSync(at.path('data'))
  await using _host = await fakeHost(at.path('data/host.sock'), (_request, { answer }) =>
    answer({ ...info, addresses }),
  )
  const found = await ownSocket(parseAddress(address), at.path('data'))
  return found?.kind === 'unix' && found.path === at.path('data/host.sock')
}

const cases: [address: string, own: string[], isOwn: boolean][] = [
  ['127.0.0.1:3000', ['127.0.0.1:3000'], true],
  ['localhost:3000', ['127.0.0.1:3000'], true],
  ['localhost:3000', ['[::1]:3000'], true],
  ['[::1]:3000', ['127.0.0.1:3000'], false],
  ['127.0.0.2:3000', ['127.0.0.1:3000'], false],
  ['127.0.0.2:3000', ['tls://0.0.0.0:3000'], true],
  ['127.0.0.1:3001', ['127.0.0.1:3000'], false],
  ['example.org:3000', ['tls://0.0.0.0:3000'], false],
  ['127.0.0.1:3000', ['unix:/data/host.sock'], false],
]

for (const [address, own, isOwn] of cases) {
  test(`ownSocket() ${isOwn ? 'finds' : 'does not take'} a host at ${own} for ${address}`, async () => {
    assert.is(await socketFor(address, own), isOwn)
  })
}

test('ownSocket() knows a host by the port that it was started on', async () => {
  using at = scratch()
  process.env.XDG_CONFIG_HOME = at.dir
  mkdirSync(at.path('other'))
  await rememberHost(3000, at.path('other'))
  await using _host = await fakeHost(at.path('other/host.sock'), (_request, { answer }) =>
    answer({ ...info, addresses: ['127.0.0.1:3000'] }),
  )
  const found = await ownSocket(parseAddress('localhost:3000'), at.path('data'))
  assert.equal(found, { kind: 'unix', path: at.path('other/host.sock') })
})

test.run()
