import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Channel } from '../../../protocol/channel/channel.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { failsWith } from '../../fails.ts'
import { Pair } from '../../protocol/channel/pair.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

type Command = (argv: string[], channel: Channel) => unknown

/** Runs a command of `web.1`; `client` is its client's side. */
async function running(command: Command) {
  const host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.commands = { act: command }
  }
  await host.do('pod.start', { name: 'web' })
  const pair = new Pair(usualWindow)
  // As whoever reads the client's lines does.
  pair.acceptor.accept(usualWindow)
  const answer = host.do('pod.command', { name: 'web', argv: ['act', 'now'] }, { channel: pair.acceptor })
  /** Carries what both sides say until that is so, or is answered. */
  const carry = async (isDone: (() => boolean) | Promise<unknown>) => {
    let isOver = false
    if (typeof isDone !== 'function') void isDone.then(() => (isOver = true))
    await until(
      async () => {
        await pair.settle()
        return typeof isDone === 'function' ? isDone() : isOver
      },
      'it is carried',
      { everyMs: 1 },
    )
  }
  return { host, pair, answer, client: pair.opener, carry }
}

test('command() answers what the command answers, and which run did it', async () => {
  const { host, answer } = await running(argv => argv.join('+'))
  await using _ = host
  assert.equal(await answer, { value: 'act+now', run: 'web.1' })
})

test('command() shows what is said, and lets a line of the client answer each question', async () => {
  const { host, answer, client, carry } = await running(async (_argv, channel) => {
    await channel.send({ send: 'hello' })
    await channel.send({ recv: 'name?' })
    const { value } = await channel.take()
    return `it is ${value}`
  })
  await using _ = host
  await carry(() => client.waiting === 2)
  assert.equal(client.takeWaiting(), [{ send: 'hello' }, { recv: 'name?' }])
  void client.send('Ada')
  await carry(answer)
  assert.is((await answer).value, 'it is Ada')
})

test('command() puts no question that a line has answered before it', async () => {
  const gate = Promise.withResolvers<void>()
  const { host, answer, client, carry, pair } = await running(async (_argv, channel) => {
    await gate.promise
    await channel.send({ recv: 'name?' })
    return (await channel.take()).value
  })
  await using _ = host
  void client.send('Ada')
  await carry(() => pair.acceptor.waiting === 1)
  gate.resolve()
  await carry(answer)
  assert.equal([(await answer).value, client.takeWaiting()], ['Ada', []])
})

test('command() tells the command that its client has no more lines', async () => {
  const { host, answer, client, carry } = await running(async (_argv, channel) => {
    await channel.send({ recv: 'name?' })
    return (await channel.take()).done
  })
  await using _ = host
  client.end()
  await carry(answer)
  assert.is((await answer).value, true)
})

test('command() refuses a client that can be told nothing meanwhile', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await failsWith('unsupported', () => host.do('pod.command', { name: 'web', argv: ['act'] }))
})

test('command() says that the run has ended, and which command that was', async () => {
  const { host, answer } = await running(() => new Promise(() => {}))
  await using _ = host
  const failed = failsWith('pod_not_up', () => answer)
  const shim = host.machine.shimOf('web.1')
  await until(() => shim.told.some(([method]) => method === 'command'), 'it is asked')
  shim.end(1, null)
  assert.is((await failed).message, 'Cannot finish the command "act": web.1 ended')
})

test.run()
