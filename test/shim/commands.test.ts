// The commands of a pod, on a link to a host that a test plays.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Command } from '../../protocol/author.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Assignment, CommandSays, ToHost, ToShim } from '../../protocol/link.ts'
import { type Handlers, Peer } from '../../protocol/peer.ts'
import { Commands } from '../../shim/commands.ts'

/**
 * A pod with one command, `it`, whose client does as `client` says with each thing that it says.
 * @returns what runs it, and the client's side of its channel once it runs
 */
function linked(
  command: Command,
  {
    client = async () => {},
    primary = () => null,
  }: {
    client?: (said: CommandSays, channel: Channel) => void | Promise<void>
    primary?: (asked: unknown) => unknown
  } = {},
) {
  const commands = new Commands({ name: 'web', path: '' } as Assignment, () => new Map([['it', command]]))
  const host: Peer<ToShim, ToHost> = new Peer(line => shim.receive(line), { primary } as unknown as Handlers<ToHost>, {
    hasDialled: false,
  })
  const run1 = ({ argv }: { argv: string[] }, channel: Channel) => commands.run(argv, { channel, link: () => shim })
  const shim: Peer<ToHost, ToShim> = new Peer(
    line => host.receive(line),
    { command: run1 } as unknown as Handlers<ToShim>,
    {
      hasDialled: true,
    },
  )
  const opened = Promise.withResolvers<Channel>()
  const run = async (...argv: string[]): Promise<unknown> => {
    const answer = await host.open('command', { argv: argv.length > 0 ? argv : ['it'] }, { takes: usualWindow })
    if ('value' in answer) return answer.value
    opened.resolve(answer.stream)
    for (;;) {
      const { value, done } = await answer.stream.take()
      if (done) return value
      await client(value as CommandSays, answer.stream)
    }
  }
  return { run, shim, opened: opened.promise }
}

async function errorOf(promise: Promise<unknown>): Promise<P8aError> {
  try {
    await promise
  } catch (error) {
    return error as P8aError
  }
  throw new Error('It should have failed')
}

test('run() gives a command its argv, and its result back', async () => {
  const { run } = linked(argv => argv.join('+'))
  assert.is(await run('it', '1', '2'), 'it+1+2')
})

test('run() names the commands there are where there is none of that name', async () => {
  const { code, message, hint } = await errorOf(linked(() => {}).run('other'))
  assert.equal([code, message, hint], ['function_not_found', 'Pod "web" has no command "other"', 'It has: it'])
})

test('what a command throws is its error, with the stack', async () => {
  const { code, message, facts } = await errorOf(
    linked(() => {
      throw new RangeError('too far')
    }).run(),
  )
  assert.equal([code, message, facts.name], ['call_failed', 'too far', 'RangeError'])
  assert.match(String(facts.stack), 'commands.test.ts')
})

test('send() keeps the order, and cuts what is long, never within a character', async () => {
  const texts: string[] = []
  const long = `${'a'.repeat(64 * 1024 - 1)}😀${'b'.repeat(10)}`
  const { run } = linked(
    async (_, send) => {
      void send('1')
      void send('2')
      await send(long)
    },
    {
      client: said => {
        if ('send' in said) texts.push(said.send)
      },
    },
  )
  await run()
  assert.equal(texts.slice(0, 2), ['1', '2'])
  assert.is(texts.slice(2).join(''), long)
  assert.ok(texts.length === 4 && texts.every(text => !/^[\uDC00-\uDFFF]/.test(text)))
})

test('send() waits while the client does not read', async () => {
  const room = Promise.withResolvers<void>()
  let sent = 0
  const { run } = linked(
    async (_, send) => {
      for (let at = 0; at < 60; at++) {
        await send('x'.repeat(10_000))
        sent++
      }
    },
    { client: () => room.promise },
  )
  const running = run()
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  assert.is(sent, usualWindow.values)
  room.resolve()
  await running
  assert.is(sent, 60)
})

test('what was sent and not waited for comes before the answer', async () => {
  const texts: unknown[] = []
  const { run } = linked(
    (_, send) => {
      for (let at = 0; at < 100; at++) void send(String(at))
      return 'over'
    },
    { client: said => void texts.push(said) },
  )
  assert.is(await run(), 'over')
  assert.is(texts.length, 100)
})

test('recv() gets the lines of the client in the order of the questions, and none when there are no more', async () => {
  const { run } = linked(
    async (_, _send, recv) => {
      const lines = await Promise.all([recv('first?'), recv('second?')])
      const error = await errorOf(recv('third?'))
      return [...lines, error.message]
    },
    {
      client: async (said, channel) => {
        if (!('recv' in said)) return
        if (said.recv === 'third?') channel.end()
        else await channel.send(`${said.recv} yes`)
      },
    },
  )
  assert.equal(await run(), ['first? yes', 'second? yes', 'The client of the command has no more lines'])
})

test('send() and recv() reject when nobody waits for the command any more', async () => {
  const errors: string[] = []
  const over = Promise.withResolvers<void>()
  const { run, opened } = linked(
    async (_, send, recv) => {
      for (const wait of [recv(), recv('again'), send('x'.repeat(10_000_000))]) {
        await wait.catch(error => errors.push(error.message))
      }
      await send('more').catch(error => errors.push(error.message))
      over.resolve()
    },
    { client: () => new Promise(() => {}) },
  )
  void run()
  const error = new P8aError('aborted', 'gone')
  ;(await opened).cancel(error)
  await over.promise
  assert.equal(errors, ['gone', 'gone', 'gone', 'gone'])
})

test('a command whose host goes away is told, and one that does not wait for what it sends lives on', async () => {
  const failed = Promise.withResolvers<P8aError>()
  const { run, shim, opened } = linked(
    async (_, send, recv) => {
      void send('x'.repeat(10_000_000))
      failed.resolve(await errorOf(recv()))
    },
    { client: () => new Promise(() => {}) },
  )
  void run()
  await opened
  shim.close(new P8aError('host_gone', 'The host went away'))
  assert.is((await failed.promise).code, 'host_gone')
})

test('primary has the verbs by their short names, and others by their full ones', async () => {
  const asked: unknown[] = []
  const { run } = linked(
    async (_argv, _send, _recv, primary) => {
      await primary.status({ name: 'other' })
      await primary['host.info']()
      return await primary.call({ name: 'other', fn: 'add', args: [1] })
    },
    {
      primary: ask => {
        asked.push(ask)
        return asked.length
      },
    },
  )
  assert.is(await run(), 3)
  assert.equal(asked, [
    { method: 'pod.status', params: { name: 'other' } },
    { method: 'host.info', params: {} },
    { method: 'pod.call', params: { name: 'other', fn: 'add', args: [1] } },
  ])
})

test.run()
