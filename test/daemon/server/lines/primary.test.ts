// What a pod asks of its host.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../../../daemon/server/lines/client.ts'
import { askAsPod, type PodAsker } from '../../../../daemon/server/lines/primary.ts'
import type { Rpc } from '../../../../daemon/server/lines/rpc.ts'
import { P8aError, toWireError } from '../../../../protocol/errors.ts'
import { quietChannel } from '../../../channels.ts'
import { failsWith } from '../../../fails.ts'

const asker: PodAsker = { run: 'web.7', pod: 'web', path: 'team', role: 'read' }

function rpcThat(answer: object) {
  const asked: { message: { params: unknown }; client: Client }[] = []
  const rpc = {
    answer: async (message: { params: unknown }, client: Client) => {
      asked.push({ message, client })
      return answer
    },
  } as unknown as Rpc
  return { rpc, asked }
}

test('askAsPod() means the host of the pod where no path is named, and any that is', async () => {
  const { rpc, asked } = rpcThat({ result: 'done' })
  for (const params of [{ name: 'x' }, { name: 'x', path: 'team.inner' }, undefined])
    assert.is(await askAsPod(rpc, { ...asker, channel: quietChannel(), method: 'pod.status', params }), 'done')
  assert.equal(
    asked.map(({ message }) => message.params),
    [{ path: 'team', name: 'x' }, { path: 'team.inner', name: 'x' }, { path: 'team' }],
  )
})

test('askAsPod() adds no path where the method has none, or is not there', async () => {
  const { rpc, asked } = rpcThat({ result: 'done' })
  for (const method of ['rpc.discover', 'no.such'])
    await askAsPod(rpc, { ...asker, channel: quietChannel(), method, params: undefined })
  assert.equal(
    asked.map(({ message }) => message.params),
    [{}, {}],
  )
})

test('askAsPod() asks as the run, with the rights of its pod', async () => {
  const { rpc, asked } = rpcThat({ result: null })
  await askAsPod(rpc, { ...asker, channel: quietChannel(), method: 'pod.list', params: {} })
  assert.equal(
    asked.map(({ client: { identity, address, underWay } }) => [identity, address, underWay]),
    [[{ name: 'web.7', pod: 'web', path: 'team', role: 'read' }, 'pod', undefined]],
  )
})

test('askAsPod() sends what is told before the answer where the pod takes it, and is given up when the pod does', async () => {
  const { rpc, asked } = rpcThat({ result: {} })
  const sent: unknown[] = []
  const voice = { stream: () => sent.push('stream'), value: (value: unknown) => sent.push(value) }
  const channel = quietChannel(voice, { granted: { values: 16, bytes: 1000 } })
  await askAsPod(rpc, { ...asker, channel, method: 'host.watch', params: {} })
  const { channels } = asked[0]?.client ?? {}
  await channels?.during(
    { id: 1, method: 'host.watch', window: undefined },
    async given => await given?.send(['a', 'b']),
  )
  await channels?.during({ id: 1, method: 'pod.list', window: undefined }, async given => assert.is(given, undefined))
  assert.equal(sent, ['stream', ['a', 'b']])
  assert.is(asked[0]?.client.signal.aborted, false)
  channel.onCancel()
  assert.is(asked[0]?.client.signal.aborted, true)
})

test('askAsPod() throws what the host answers', async () => {
  const { rpc } = rpcThat({ error: toWireError(new P8aError('forbidden', 'No', { facts: { role: 'read' } })) })
  const error = await failsWith('forbidden', () =>
    askAsPod(rpc, { ...asker, channel: quietChannel(), method: 'pod.push', params: {} }),
  )
  assert.is(error.facts.role, 'read')
})

test.run()
