import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../../cli/client/client.ts'
import type { LogEntry } from '../../../protocol/words.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { info } from '../commands/doing.ts'
import { type Behaviour, fakeHost } from './fake-host.ts'

const entry = (text: string): LogEntry => ({ time: '2026-11-20T10:00:00.000000000Z', source: 'stdout', tags: [], text })
test('call() resolves to the answer, whatever the order of answers', async () => {
  using at = scratch()
  const waiting: (() => void)[] = []
  await using _host = await fakeHost(join(at.dir, 's'), ({ params }, { answer }) => {
    waiting.unshift(() => answer({ value: params.name, run: 'web.1' }))
    if (waiting.length === 2) for (const go of waiting) go()
  })
  const client = await connect(`unix:${join(at.dir, 's')}`)
  const answers = await Promise.all([
    client.call('pod.call', { name: 'a', fn: 'f' }),
    client.call('pod.call', { name: 'b', fn: 'f' }),
  ])
  assert.equal(
    answers.map(({ value }) => value),
    ['a', 'b'],
  )
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
  const behave: Behaviour = ({ method }, { answer }) => answer(method === 'host.auth' ? { authorized: true } : info)
  await using tcp = await fakeHost(0, behave)
  await using unix = await fakeHost(join(at.dir, 's'), behave)
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

test('call() gives up what answers requests that were not made', async () => {
  for (const id of [999, '1', null]) {
    await using host = await fakeHost(0, (_request, { send }) =>
      send(JSON.stringify({ jsonrpc: '2.0', id, result: {} })),
    )
    const client = await connect(`localhost:${host.port}`)
    await failsWith('host_unreachable', () => client.call('host.info', {}))
  }
})

test('call() and logs() throw where what comes makes no sense', async () => {
  await using host = await fakeHost(0, ({ method }, { value, answer }) => {
    if (method === 'pod.list') answer({ pods: [null] })
    if (method === 'pod.logs') value([{ text: 5 }])
  })
  const client = await connect(`localhost:${host.port}`)
  assert.match((await failsWith('bad_answer', () => client.call('pod.list', {}))).message, 'pods.0 must be an object')
  await failsWith('bad_answer', () => client.logs({}).next())
  await failsWith('bad_answer', () => client.open('pod.logs', { stream: true }).take())
  await until(() => host.requests.at(-1)?.method === '$/cancel', 'it is given up')
  client.close()
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

test('call() gives up a host that shows no sign of life, whatever it is asked, and pings nobody before it is known', async () => {
  await using host = await fakeHost(0, () => {})
  const error = await failsWith('host_silent', () => connect(`127.0.0.1:${host.port}`, { token: 't', silenceMs: 90 }))
  assert.match(error.message, /No sign of life from the host at 127.0.0.1:\d+ for 0.09 s/)
  assert.equal(
    host.requests.map(({ method }) => method),
    ['host.auth'],
  )
})

test('call() waits for as long as a host answers pings, also one that does not know them', async () => {
  let pings = 0
  await using host = await fakeHost(0, ({ id, method }, connection) => {
    if (method === 'host.auth') connection.answer({ authorized: true })
    if (method !== 'rpc.ping') return
    pings += 1
    if (pings % 2 === 0) connection.refuse('method_not_found', 'There is no method')
    else connection.answer({})
    if (pings === 4) connection.send(`{"jsonrpc":"2.0","id":${id - pings},"result":{"pods":[]}}`)
  })
  const client = await connect(`127.0.0.1:${host.port}`, { token: 't', silenceMs: 90 })
  assert.equal(await client.call('pod.list', {}), { pods: [] })
  client.close()
})

test('logs() yields the batches of its own request until the answer', async () => {
  await using host = await fakeHost(0, ({ id, method }, { send, value, answer }) => {
    if (method !== 'pod.logs') return
    value([entry('a'), entry('b')])
    send(JSON.stringify({ jsonrpc: '2.0', method: '$/value', params: [id + 1, [entry('not ours')]] }))
    value([entry('c')])
    answer({ entries: [], count: 3, truncated: false })
  })
  const client = await connect(`localhost:${host.port}`)
  const texts: string[] = []
  for await (const entries of client.logs({ name: 'web' })) texts.push(...entries.map(({ text }) => text))
  assert.equal(texts, ['a', 'b', 'c'])
  assert.equal([host.requests[0]?.params, host.requests[0]?.window], [{ name: 'web', stream: true }, [64, 4_194_304]])
  client.close()
})

test('a taker that is slow is sent no more than it has granted, and gets all', async () => {
  let granted = 0
  let sent = 0
  let ahead = 0
  await using host = await fakeHost(0, ({ method, params, window }, connection) => {
    granted += (window ? window[0] : (params as unknown as number[])[1]) ?? 0
    if (method !== 'pod.logs' && method !== '$/more') return
    for (; sent < granted && sent < 500; sent++) {
      connection.send(JSON.stringify({ jsonrpc: '2.0', method: '$/value', params: [1, [entry(String(sent))]] }))
    }
    if (sent === 500)
      connection.send(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { entries: [], count: 500, truncated: false } }))
  })
  const client = await connect(`localhost:${host.port}`)
  let next = 0
  for await (const entries of client.logs({})) {
    assert.is(entries[0]?.text, String(next++))
    ahead = Math.max(ahead, sent - next)
    if (next % 10 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  assert.is(next, 500)
  assert.ok(ahead <= 64)
  client.close()
})

test('a loop that is left early gives up its request, and the connection goes on', async () => {
  await using host = await fakeHost(0, ({ method }, { value, answer }) => {
    if (method === 'pod.logs') value([entry('a')])
    if (method === 'host.info') answer(info)
  })
  const client = await connect(`localhost:${host.port}`)
  for await (const _entries of client.logs({ follow: true })) break
  await client.call('host.info', {})
  assert.equal(
    host.requests.map(({ method, params }) => [method, params]),
    [
      ['pod.logs', { follow: true, stream: true }],
      ['$/cancel', [1]],
      ['host.info', {}],
    ],
  )
  client.close()
})

test('open() gives values and bytes as they come, then the answer, and is given up by a signal', async () => {
  await using host = await fakeHost(0, ({ id, method, params }, { send, value, answer }) => {
    if (method !== 'pod.call') return
    value(1)
    send(JSON.stringify({ jsonrpc: '2.0', method: '$/bytes', params: [id, 'AQI='] }))
    if (params.fn === 'short') answer({ value: null, run: 'web.1' })
  })
  const client = await connect(`localhost:${host.port}`)
  const channel = client.open('pod.call', { name: 'web', fn: 'short' })
  assert.equal(
    [await channel.take(), await channel.take(), await channel.take()],
    [
      { value: 1, done: false },
      { value: new Uint8Array([1, 2]), done: false },
      { value: { value: null, run: 'web.1' }, done: true },
    ],
  )
  const giving = new AbortController()
  const endless = client.open('pod.call', { name: 'web', fn: 'endless' }, { signal: giving.signal })
  await endless.take()
  giving.abort()
  await failsWith('aborted', async () => {
    for await (const _ of endless);
  })
  await failsWith('aborted', () => client.open('pod.call', { name: 'web', fn: 'x' }, { signal: giving.signal }).take())
  client.close()
})

test('output() gives bytes, and then where it ended', async () => {
  const end = { run: 'job.1', data: '', encoding: 'utf8', offset: 0, next: 2, done: true }
  await using host = await fakeHost(0, ({ id, params }, { send, answer }) => {
    assert.equal(params, { name: 'job.1', follow: true, stream: true })
    send(JSON.stringify({ jsonrpc: '2.0', method: '$/bytes', params: [id, 'AQI='] }))
    answer(end)
  })
  const client = await connect(`localhost:${host.port}`)
  const output = client.output({ name: 'job.1', follow: true })
  assert.equal([await output.next(), await output.next()] as unknown, [
    { value: new Uint8Array([1, 2]), done: false },
    { value: end, done: true },
  ])
  client.close()
})

test('changes() ends without an error where its signal is aborted', async () => {
  await using host = await fakeHost(0, ({ method }, { value }) => {
    if (method === 'host.watch') value([{ type: 'snapshot', pods: [] }])
  })
  const client = await connect(`localhost:${host.port}`)
  const ending = new AbortController()
  let batches = 0
  for await (const _changes of client.changes({}, { signal: ending.signal })) {
    batches++
    ending.abort()
  }
  assert.is(batches, 1)
  client.close()
})

test('command() shows texts in their order, one after the other, and answers questions until there are no more lines', async () => {
  await using host = await fakeHost(0, ({ id, method, params }, { send, value, answer }) => {
    if (method === 'pod.command') {
      send(JSON.stringify({ jsonrpc: '2.0', method: '$/more', params: [id, 10, 1000] }))
      value({ send: 'hello ' })
      value({ recv: 'name? ' })
      value({ recv: 'more? ' })
    } else if (method === '$/value') value({ send: (params as unknown as unknown[])[1] })
    else if (method === '$/end') answer({ value: 'over', run: 'web.1' })
  })
  const client = await connect(`localhost:${host.port}`)
  const shown: string[] = []
  const lines = ['Ann']
  const { value } = await client.command(
    { name: 'web', argv: ['greet'] },
    { show: text => void shown.push(text), ask: async () => lines.shift() },
  )
  assert.equal([value, shown.join('')], ['over', 'hello Ann'])
  client.close()
})

test('what an earlier host tells, which knows no channels, is refused with what to do', async () => {
  await using host = await fakeHost(0, ({ id }, { send }) =>
    send(JSON.stringify({ jsonrpc: '2.0', method: 'pod.log', params: { request: id, entries: [] } })),
  )
  const client = await connect(`localhost:${host.port}`)
  const error = await failsWith('unsupported', async () => {
    for await (const _entries of client.logs({}));
  })
  assert.match(error.message, 'of an earlier version')
  client.close()
})

test('logs() throws what the host answered, and where the connection is lost', async () => {
  await using host = await fakeHost(0, ({ params }, { value, refuse, hangUp }) => {
    if (params.name === 'none') return refuse('pod_not_found', 'There is no pod "none"')
    value([entry('a')])
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
