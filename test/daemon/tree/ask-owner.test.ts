import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LiveRun } from '../../../daemon/pod/live-run.ts'
import { AskOwner } from '../../../daemon/tree/ask-owner.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { ToHost, ToShim } from '../../../protocol/link.ts'
import type { Handlers } from '../../../protocol/peer.ts'
import { Peer } from '../../../protocol/peer.ts'
import { failsWith } from '../../fails.ts'

type Handle = Handlers<ToShim>['handle']

/** A host at `lab` whose owner answers so, on the other end of a link. */
function asked(handle: Handle, { maxPendingVerbs = 2, handlerTimeout = 10_000 } = {}) {
  const others = {} as Omit<Handlers<ToShim>, 'handle'>
  const owner = new Peer<ToHost, ToShim>(line => host.receive(line), { ...others, handle }, { hasDialled: true })
  const host: Peer<ToShim, ToHost> = new Peer(line => owner.receive(line), {} as Handlers<ToHost>, {
    hasDialled: false,
  })
  const live = { peer: host } as LiveRun
  const ask = new AskOwner({
    path: 'lab',
    owner: () => ({ path: '', pod: 'lab' }),
    mounts: { present: { live, handles: new Set(['start']), reaches: false, refusesOthers: false } },
    settings: { maxPendingVerbs, handlerTimeout },
  })
  return { ask, host }
}

test('ask() gives what the handler returns, which was told path, verb and arguments', async () => {
  const { ask } = asked(params => ({ value: params }))
  assert.equal(await ask.ask('start', ['web', {}]), { path: 'lab', verb: 'start', args: ['web', {}] })
})

test('ask() fails as the handler fails', async () => {
  const { ask } = asked(() => {
    throw new P8aError('forbidden', 'Not today', { facts: { day: 'Monday' } })
  })
  const error = await failsWith('forbidden', () => ask.ask('start', []))
  assert.equal([error.message, error.facts.day], ['Not today', 'Monday'])
})

test('ask() says which host was asked for what, where its answer is late', async () => {
  const { ask } = asked(() => new Promise(() => {}))
  const error = await failsWith('timeout', () => ask.ask('start', [], { timeoutMs: 5 }))
  assert.is(error.message, 'The host at "lab" did not do start: no answer within 5 ms')
  assert.equal(error.facts, { path: 'lab', verb: 'start' })
})

test('ask() leaves a timeout of the handler as it is', async () => {
  const { ask } = asked(() => {
    throw new P8aError('timeout', 'The database did not answer', { facts: { table: 'users' } })
  })
  assert.is((await failsWith('timeout', () => ask.ask('start', []))).message, 'The database did not answer')
})

test('ask() says that the host is gone, where the owner ends before it answers', async () => {
  const { ask, host } = asked(() => new Promise(() => {}))
  const failed = failsWith('host_gone', () => ask.ask('start', []))
  host.close(new P8aError('pod_not_up', 'The run has ended'))
  assert.is((await failed).message, 'The host at "lab" did not do start: it ended before it answered')
})

test('ask() refuses more at once than are allowed, and counts those that are over no more', async () => {
  const answers: ((value: { value: unknown }) => void)[] = []
  const { ask } = asked(() => new Promise(resolve => answers.push(resolve)))
  const pending = [ask.ask('start', []), ask.ask('start', [])]
  const error = await failsWith('host_busy', () => ask.ask('stop', []))
  assert.equal(error.facts, { path: 'lab', verb: 'stop', limit: 2 })
  answers[0]?.({ value: 1 })
  assert.is(await pending[0], 1)
  const third = ask.ask('start', [])
  for (const answer of answers) answer({ value: 2 })
  assert.equal(await Promise.all([pending[1], third]), [2, 2])
})

test('ask() counts those that fail no more', async () => {
  const { ask } = asked(
    () => {
      throw new P8aError('forbidden', 'Not today')
    },
    { maxPendingVerbs: 1 },
  )
  for (const _ of [1, 2, 3]) await failsWith('forbidden', () => ask.ask('start', []))
})

test('open() gives the values of a handler that answers with a stream', async () => {
  const { ask } = asked(async (_, channel) => {
    channel.begin()
    for (const value of ['a', 'b']) if (await channel.room()) channel.put(value)
    return { value: undefined }
  })
  const answer = await ask.open('logs', [], { takes: { values: 10, bytes: 1000 } })
  if (!('stream' in answer)) throw new Error('no stream came')
  const values: unknown[] = []
  for await (const value of answer.stream) values.push(value)
  assert.equal(values, ['a', 'b'])
})

test.run()
