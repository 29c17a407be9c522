import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('commands() names what a run adds to its shell', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.commands = { greet: () => null, drop: () => null }
  }
  await host.do('pod.start', { name: 'web' })
  assert.equal(await host.do('pod.commands', { name: 'web' }), { commands: ['greet', 'drop'] })
  await host.do('pod.stop', { name: 'web' })
  await failsWith('pod_not_up', () => host.do('pod.commands', { name: 'web' }))
})

test('commands() without a name names what the pods that are up bring to their host', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.push('mute')
  const answers: Record<string, Record<string, () => null>> = { web: { routes: () => null, add: () => null }, mute: {} }
  host.machine.onShim = shim => {
    shim.commands = answers[shim.assignment?.name ?? 'web'] ?? {}
  }
  assert.equal(await host.do('pod.commands', {}), { commands: [] })
  await host.do('pod.start', { name: 'web' })
  assert.equal(await host.do('pod.commands', {}), { commands: ['add', 'routes'] })
})

test.run()
