// A host by the name of its remote.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withHost } from '../../../cli/remote/remote-host.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { type Behaviour, fakeHost } from '../client/fake-host.ts'

/** A host that `origin` means, at a path within it. */
async function origin(at: Scratch, behave: Behaviour) {
  process.env.XDG_CONFIG_HOME = at.dir
  const host = await fakeHost(at.path('sock'), behave)
  const remotes = { origin: { address: `unix:${at.path('sock')}`, path: 'inner' } }
  at.file('p8a/config.json', JSON.stringify({ remotes }))
  return host
}

test('call() puts the path of the remote into every request', async () => {
  using at = scratch()
  await using host = await origin(at, (_, { answer }) => answer({ pods: [] }))
  const reach = { dataDir: at.dir, token: undefined }
  assert.equal(await withHost('origin', reach, async remote => await remote.call('pod.list', {})), { pods: [] })
  assert.equal(host.requests[0]?.params, { path: 'inner' })
})

test('call() names the remote in what it says to do, since no host knows what it is called here', async () => {
  using at = scratch()
  await using _host = await origin(at, ({ id }, { send }) => {
    const steps = [{ text: 'See', do: { verb: 'logs', args: ['web'] } }]
    send(
      JSON.stringify({
        jsonrpc: '2.0',
        id,
        error: { code: -1, message: 'no', data: { code: 'pod_not_up', steps, hint: 'See' } },
      }),
    )
  })
  const reach = { dataDir: at.dir, token: undefined }
  const error = await failsWith('pod_not_up', () =>
    withHost('origin', reach, async host => await host.call('pod.list', {})),
  )
  assert.not.match(error.hint ?? '', 'REMOTE')
})

test('withHost() throws what its work throws, and that there is no such remote', async () => {
  using at = scratch()
  await using _host = await origin(at, (_, { answer }) => answer({}))
  const reach = { dataDir: at.dir, token: undefined }
  await failsWith('remote_not_found', () => withHost('nobody', reach, async () => {}))
})

test.run()
