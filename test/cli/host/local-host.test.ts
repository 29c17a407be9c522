import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withLocalHost } from '../../../cli/host/local-host.ts'
import { errorOf, failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { fakeHost } from '../client/fake-host.ts'
import { info } from '../commands/doing.ts'

test('withLocalHost() does work at the host in the data directory', async () => {
  using at = scratch()
  await using host = await fakeHost(at.path('host.sock'), (_request, { answer }) => answer(info))
  const found = await withLocalHost({ dataDir: at.dir }, async client => await client.call('host.info', {}))
  assert.equal([found.id, host.requests.map(({ method }) => method)], [info.id, ['host.info']])
})

test('withLocalHost() fails as the work fails', async () => {
  using at = scratch()
  await using _host = await fakeHost(at.path('host.sock'), () => {})
  const work = async () => await Promise.reject(new Error('no'))
  assert.is((await errorOf(() => withLocalHost({ dataDir: at.dir }, work))).message, 'no')
})

test('withLocalHost() says that no host runs, and how to start one', async () => {
  using at = scratch()
  const error = await failsWith('host_unreachable', () => withLocalHost({ dataDir: at.dir }, async () => {}))
  assert.is(error.message, `No host is running in ${at.dir}`)
  assert.match(error.hint ?? '', 'host start')
})

test.run()
