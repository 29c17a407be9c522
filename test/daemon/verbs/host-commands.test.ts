import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { failsWith } from '../../fails.ts'
import { Pair } from '../../protocol/channel/pair.ts'
import { Inside } from '../inside/host.ts'

/** A host with pods that are up, each with the commands that are given; each of these says which pod it is of. */
async function hostWith(pods: Record<string, readonly string[]>) {
  const host = await Inside.open()
  for (const [name, commands] of Object.entries(pods)) {
    await host.push(name)
    host.machine.onShim = shim => {
      shim.commands = Object.fromEntries(commands.map(command => [command, () => `${name} does ${command}`]))
    }
    await host.do('pod.start', { name })
  }
  const act = (command: string) => {
    const channel = new Pair(usualWindow).acceptor
    channel.accept(usualWindow)
    return host.do('pod.command', { argv: [command] }, { channel })
  }
  return { host, act }
}

test('commandsOfPods() names each command once, whoever brings it', async () => {
  const { host } = await hostWith({ gateway: ['routes', 'list'], queue: ['list'], mute: [] })
  await using _ = host
  assert.equal(await host.do('pod.commands', {}), { commands: ['list', 'routes'] })
})

/** A pod with two runs, each with a command of its own. */
async function twoRuns() {
  const host = await Inside.open()
  await host.push('gateway')
  await host.do('pod.start', { name: 'gateway', config: { scale: 2 } })
  const [first, second] = [host.machine.shimOf('gateway.1'), host.machine.shimOf('gateway.2')]
  first.commands = { one: () => null }
  second.commands = { two: () => null }
  return { host, first }
}

test('commandsOfPods() asks a run that stays, and not one that is about to end', async () => {
  const { host } = await twoRuns()
  await using _ = host
  assert.equal(await host.do('pod.commands', {}), { commands: ['one'] })
  void host.kept.root.pods.get('gateway').supervisor.runs.get(1)?.drain(10_000)
  assert.equal(await host.do('pod.commands', {}), { commands: ['two'] })
})

test('commandsOfPods() asks another run where one ends before it answers', async () => {
  const { host, first } = await twoRuns()
  await using _ = host
  Object.defineProperty(first, 'commands', { get: () => first.unlink() })
  assert.equal(await host.do('pod.commands', {}), { commands: ['two'] })
})

test('bringerOf() finds the pod of a command', async () => {
  const { host, act } = await hostWith({ gateway: ['routes'], queue: ['items'] })
  await using _ = host
  assert.equal(await act('items'), { value: 'queue does items', run: 'queue.1' })
})

test('bringerOf() refuses what none brings, and names all that do where it is more than one', async () => {
  const { host, act } = await hostWith({ gateway: ['list'], queue: ['list'] })
  await using _ = host
  assert.match(
    (await failsWith('function_not_found', () => act('routes'))).message,
    'This host has no command "routes"',
  )
  const error = await failsWith('function_not_found', () => act('list'))
  assert.match(error.message, '2 pods with a command "list"')
  assert.equal(error.facts?.pods, ['gateway', 'queue'])
})

test.run()
