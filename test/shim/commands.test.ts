// The commands of a pod, on a link to a host that a test plays.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Command } from '../../protocol/author.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Assignment, ToHost, ToShim } from '../../protocol/link.ts'
import { type Handlers, Peer } from '../../protocol/peer.ts'
import { Commands } from '../../shim/commands.ts'

const refuse = async (): Promise<never> => {
  throw new P8aError('unsupported', 'Not in this test')
}

/** A pod with one command, `it`, and a host that does as `handlers` say. */
function linked(command: Command, handlers: Partial<Handlers<ToHost>>, path = '') {
  const all = {
    hello: refuse,
    ready: refuse,
    status: refuse,
    call: refuse,
    commandSend: refuse,
    commandRecv: refuse,
    primary: refuse,
  }
  const host = new Peer<ToShim, ToHost>(line => shim.receive(line), { ...all, ...handlers } as Handlers<ToHost>)
  const shim = new Peer<ToHost, ToShim>(line => host.receive(line), {} as Handlers<ToShim>)
  const commands = new Commands({ name: 'web', path } as Assignment, () => new Map([['it', command]]))
  const run = (...argv: string[]) => commands.run({ id: '1', argv: argv.length > 0 ? argv : ['it'] }, () => shim)
  return { commands, run, shim }
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
  const { run } = linked(argv => argv.join('+'), {})
  assert.is(await run('it', '1', '2'), 'it+1+2')
})

test('run() names the commands there are where there is none of that name', async () => {
  const { code, message, hint } = await errorOf(linked(() => {}, {}).run('other'))
  assert.equal([code, message, hint], ['function_not_found', 'Pod "web" has no command "other"', 'It has: it'])
})

test('what a command throws is its error, with the stack', async () => {
  const { code, message, facts } = await errorOf(
    linked(() => {
      throw new RangeError('too far')
    }, {}).run(),
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
      commandSend: ({ text }) => {
        texts.push(text)
        return null
      },
    },
  )
  await run()
  assert.equal(texts.slice(0, 2), ['1', '2'])
  assert.is(texts.slice(2).join(''), long)
  assert.ok(texts.length === 4 && texts.every(text => !/^[\uDC00-\uDFFF]/.test(text)))
})

test('send() waits while the client does not read', async () => {
  const room = Promise.withResolvers<null>()
  let sent = 0
  const { run } = linked(
    async (_, send) => {
      for (let at = 0; at < 20; at++) {
        await send('x'.repeat(10_000))
        sent++
      }
    },
    { commandSend: () => room.promise },
  )
  const running = run()
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  assert.is(sent, 0)
  room.resolve(null)
  await running
  assert.is(sent, 20)
})

test('send() and recv() reject when nobody waits for the command any more', async () => {
  const errors: string[] = []
  const { run, commands } = linked(
    async (_, send, recv) => {
      for (const wait of [recv(), recv('again'), send('x'.repeat(100_000))]) {
        await wait.catch(error => errors.push(error.message))
      }
      await send('more').catch(error => errors.push(error.message))
      return 'over'
    },
    { commandRecv: () => new Promise(() => {}), commandSend: () => new Promise(() => {}) },
  )
  const running = run()
  await new Promise(resolve => setImmediate(resolve))
  commands.end('1', 'gone')
  assert.is(await running, 'over')
  assert.equal(errors, ['gone', 'gone', 'gone', 'gone'])
})

test('a command whose host goes away is told, and one that does not wait for what it sends lives on', async () => {
  const { run, shim } = linked(
    async (_, send, recv) => {
      void send('x'.repeat(100_000))
      return await recv()
    },
    { commandRecv: () => new Promise(() => {}), commandSend: () => new Promise(() => {}) },
  )
  const failed = errorOf(run())
  await new Promise(resolve => setImmediate(resolve))
  shim.close(new P8aError('host_gone', 'The host went away'))
  assert.equal([(await failed).code, (await failed).facts.errorCode], ['call_failed', 'host_gone'])
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
