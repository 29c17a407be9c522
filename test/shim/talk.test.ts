// A command and its client, each on a side of a channel. What commands are given: commands.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../protocol/channel/window.ts'
import type { Methods } from '../../protocol/peer.ts'
import { Peer } from '../../protocol/peer.ts'
import { followCommand, Talk } from '../../shim/talk.ts'
import { failsWith } from '../fails.ts'

const test = suite('talk')

type Said = { send: (text: string) => Promise<void>; recv: (question?: string) => Promise<string> }

/** Runs `command` on one side, and follows it with `user` on the other. */
async function follow(command: (talk: Talk) => unknown, user: Said): Promise<unknown> {
  const opener: Peer<Methods, Methods> = new Peer(line => acceptor.receive(line), {}, { hasDialled: true })
  const acceptor: Peer<Methods, Methods> = new Peer(
    line => opener.receive(line),
    { command: async (_, channel) => await command(new Talk(channel)) },
    { hasDialled: false },
  )
  const answer = await opener.open('command', {}, { takes: usualWindow })
  return 'stream' in answer ? await followCommand(answer.stream, user) : 'no stream'
}

test('followCommand() shows the texts in order, whole, and gives what the command returns', async () => {
  const shown: string[] = []
  const long = 'x'.repeat(200_000)
  const value = await follow(
    async talk => {
      void talk.send('a')
      void talk.send(long)
      await talk.send('b')
      return 7
    },
    { send: async text => void shown.push(text), recv: async () => '' },
  )
  assert.is(shown.join(''), `a${long}b`)
  assert.is(value, 7)
})

test('recv() gets the lines in the order of its questions, though the first user is slow', async () => {
  const slow = Promise.withResolvers<string>()
  const asked: string[] = []
  const value = await follow(async talk => await Promise.all([talk.recv('one? '), talk.recv('two? ')]), {
    send: async () => {},
    recv: async question => {
      asked.push(question ?? '')
      if (asked.length === 2) slow.resolve('first')
      return question === 'one? ' ? await slow.promise : 'second'
    },
  })
  assert.equal(asked, ['one? ', 'two? '])
  assert.equal([...(value as string[])].sort(), ['first', 'second'])
})

test('recv() rejects when the user has no more lines', async () => {
  const command = follow(async talk => await talk.recv(), {
    send: async () => {},
    recv: () => Promise.reject(new Error('the end')),
  })
  await failsWith('aborted', () => command)
})

test.run()
