import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../../cli/client/client.ts'
import type { LogEntry } from '../../../protocol/words.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { fakeHost } from './fake-host.ts'

const entry = (text: string): LogEntry => ({ time: '2026-11-20T10:00:00.000000000Z', source: 'stdout', tags: [], text })
const batch = (request: number, ...texts: string[]) => {
  return JSON.stringify({ jsonrpc: '2.0', method: 'pod.log', params: { request, entries: texts.map(entry) } })
}

test('call() resolves to the answer, whatever the order of answers', async () => {
  using at = scratch()
  const waiting: (() => void)[] = []
  await using _host = await fakeHost(join(at.dir, 's'), ({ params }, { answer }) => {
    waiting.unshift(() => answer({ got: params }))
    if (waiting.length === 2) for (const go of waiting) go()
  })
  const client = await connect(`unix:${join(at.dir, 's')}`)
  const answers = await Promise.all([
    client.call('pod.status', { name: 'a' }),
    client.call('pod.status', { name: 'b' }),
  ])
  assert.equal(answers as unknown, [{ got: { name: 'a' } }, { got: { name: 'b' } }])
  client.close()
})

test('call() throws what the host answered', async () => {
  await using host = await fakeHost(0, (_request, { refuse }) => refuse('pod_not_found', 'There is no pod "x"'))
  const client = await connect(`127.0.0.1:${host.port}`)
  const error = await failsWith('pod_not_found', () => client.call('pod.status', { name: 'x' }))
  assert.equal([error.message, error.hint], ['There is no pod "x"', 'hint of pod_not_found'])
  client.close()
})

test('connect() sends the token first over TCP, and none over a Unix socket', async () => {
  using at = scratch()
  await using tcp = await fakeHost(0, (_request, { answer }) => answer({}))
  await using unix = await fakeHost(join(at.dir, 's'), (_request, { answer }) => answer({}))
  for (const target of [`localhost:${tcp.port}`, `unix:${join(at.dir, 's')}`]) {
    const client = await connect(target, { token: 'secret' })
    await client.call('host.info', {})
    client.close()
  }
  assert.equal(
    tcp.requests.map(({ method, params }) => [method, params]),
    [
      ['host.auth', { token: 'secret' }],
      ['host.info', {}],
    ],
  )
  assert.equal(
    unix.requests.map(({ method }) => method),
    ['host.info'],
  )
})

test('connect() throws where the token is refused', async () => {
  await using host = await fakeHost(0, (_request, { refuse }) => refuse('unauthorized', 'Wrong token'))
  await failsWith('unauthorized', () => connect(`localhost:${host.port}`, { token: 'wrong' }))
})

test('connect() says what to do where no host listens', async () => {
  using at = scratch()
  const local = await failsWith('host_unreachable', () => connect(`unix:${join(at.dir, 'none')}`))
  assert.match(local.hint ?? '', 'pod host start')
  const file = at.file('file', '')
  await failsWith('host_unreachable', () => connect(`unix:${file}`))
  await failsWith('host_unreachable', () => connect(`unix:/${'x'.repeat(200)}`))
  await failsWith('host_unreachable', () => connect('localhost:1'))
})

test('call() throws host_gone where the connection ends before the answer, and ever after', async () => {
  await using host = await fakeHost(0, (_request, { hangUp }) => hangUp())
  const client = await connect(`localhost:${host.port}`)
  await failsWith('host_gone', () => client.call('host.info', {}))
  await client.closed
  await failsWith('host_gone', () => client.call('host.info', {}))
})

test('call() throws where what answers is no host', async () => {
  await using host = await fakeHost(0, (_request, { send }) => send('HTTP/1.1 400 Bad Request'))
  const client = await connect(`localhost:${host.port}`)
  const error = await failsWith('host_unreachable', () => client.call('host.info', {}))
  assert.match(error.message, 'not a p8a host')
})

test('call() throws an error that the host sends about the connection itself', async () => {
  const error = { code: -32002, message: 'The line is too long', data: { code: 'too_large' } }
  await using host = await fakeHost(0, (_request, { send }) =>
    send(JSON.stringify({ jsonrpc: '2.0', id: null, error })),
  )
  const client = await connect(`localhost:${host.port}`)
  await failsWith('too_large', () => client.call('host.info', {}))
})

test('a signal ends the connection and what waits for it', async () => {
  await using host = await fakeHost(0, () => {})
  const ending = new AbortController()
  const client = await connect(`localhost:${host.port}`, { signal: ending.signal })
  const call = failsWith('timeout', () => client.call('host.info', {}))
  ending.abort()
  await call
  await failsWith('timeout', () => connect(`localhost:${host.port}`, { signal: ending.signal }))
})

test('logs() yields the batches of its own request until the answer', async () => {
  await using host = await fakeHost(0, ({ id }, { send, answer }) => {
    send(batch(id, 'a', 'b'))
    send(batch(id + 1, 'not ours'))
    send(batch(id, 'c'))
    answer({ entries: [], count: 3, truncated: false })
  })
  const client = await connect(`localhost:${host.port}`)
  const texts: string[] = []
  for await (const entries of client.logs({ name: 'web' })) texts.push(...entries.map(({ text }) => text))
  assert.equal(texts, ['a', 'b', 'c'])
  assert.equal(host.requests[0]?.params, { name: 'web', stream: true })
  client.close()
})

test('logs() keeps every batch for a taker that is slow', async () => {
  await using host = await fakeHost(0, ({ id }, { send, answer }) => {
    for (let n = 0; n < 5000; n++) send(batch(id, String(n)))
    answer({ entries: [], count: 5000, truncated: false })
  })
  const client = await connect(`localhost:${host.port}`)
  let next = 0
  for await (const entries of client.logs({})) {
    assert.is(entries[0]?.text, String(next++))
    if (next % 100 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  assert.is(next, 5000)
  client.close()
})

test('logs() closes the connection where its loop is left early', async () => {
  await using host = await fakeHost(0, ({ id }, { send }) => send(batch(id, 'a')))
  const client = await connect(`localhost:${host.port}`)
  for await (const _entries of client.logs({ follow: true })) break
  await client.closed
})

test('logs() throws what the host answered, and where the connection is lost', async () => {
  await using host = await fakeHost(0, ({ id, params }, { send, refuse, hangUp }) => {
    if (params.name === 'none') return refuse('pod_not_found', 'There is no pod "none"')
    send(batch(id, 'a'))
    hangUp()
  })
  const take = async (name: string) => {
    const client = await connect(`localhost:${host.port}`)
    try {
      for await (const _entries of client.logs({ name }));
    } finally {
      client.close()
    }
  }
  await failsWith('pod_not_found', () => take('none'))
  await failsWith('host_gone', () => take('web'))
})

test.run()
