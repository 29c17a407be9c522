// The wire: docs/PROTOCOL.md is run line by line, and the doors are tried with what a client should not send.
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { errorTable } from '../../protocol/errors.ts'
import { methods } from '../../protocol/methods.ts'
import { root } from '../paths.ts'
import { pathForPages } from '../stand-ins.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('wire')
const host = new TestHost()

test.before(() => host.up())
test.after(() => host.dispose())

const manual = readFileSync(join(root, 'docs/PROTOCOL.md'), 'utf8')

/** Whether `actual` is what the manual prints, where "…" stands for anything. */
function matches(actual: unknown, printed: unknown): boolean {
  if (printed === '…') return actual !== undefined
  if (Array.isArray(printed)) {
    return (
      Array.isArray(actual) &&
      actual.length === printed.length &&
      printed.every((item, index) => matches(actual[index], item))
    )
  }
  if (typeof printed === 'object' && printed !== null) {
    const [a, p] = [(actual ?? {}) as Record<string, unknown>, printed as Record<string, unknown>]
    return (
      Object.keys(a).sort().join() === Object.keys(p).sort().join() &&
      Object.keys(p).every(key => matches(a[key], p[key]))
    )
  }
  return actual === printed
}

const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

test('every block of docs/PROTOCOL.md does what it says', async () => {
  const blocks = [...manual.matchAll(/```sh\n(.*?)```\n```json\n(.*?)```/gs)]
  assert.ok(blocks.length >= 10)
  const script = blocks.map(([, command]) => `${command}\necho '---'`).join('\n')
  const env = { PATH: pathForPages(host.dir, host.env.PATH ?? ''), ADDRESS: `localhost:${host.port}` }
  const { stdout, stderr } = await host.run('bash', ['-e', '-c', script], { env })
  const answers = stdout.split('---\n')
  for (const [index, [, command, printed]] of blocks.entries()) {
    const [actual, expected] = [jsonLines(answers[index] ?? ''), jsonLines(printed ?? '')]
    assert.ok(matches(actual, expected), `${command}\nanswered ${answers[index]}\nnot ${printed}\n${stderr}`)
  }
})

test('docs/PROTOCOL.md names every method, every parameter and every error code', () => {
  for (const [name, { params }] of Object.entries(methods)) {
    const row = manual.split('\n').find(line => line.startsWith(`| \`${name}\``)) ?? ''
    for (const parameter of Object.keys(params.entries).filter(key => key !== 'path' && key !== 'hops')) {
      assert.ok(row.includes(`\`${parameter}`), `${name}: ${parameter}`)
    }
  }
  for (const code of Object.keys(errorTable)) assert.ok(manual.includes(`\`${code}\``), code)
})

/** Sends text over a door and reads until it is closed. */
async function talk(to: net.NetConnectOpts, text: string | Buffer): Promise<string> {
  const socket = net.connect({ ...to, allowHalfOpen: true } as net.NetConnectOpts)
  let answer = ''
  socket.on('data', chunk => (answer += chunk))
  socket.on('error', () => {})
  socket.end(text)
  await new Promise(resolve => socket.once('close', resolve))
  return answer
}

const tcp = () => ({ host: '127.0.0.1', port: host.port })
const unix = () => ({ path: join(host.data, 'host.sock') })
const request = (method: string, params: unknown = {}, more: object = {}) =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params, ...more })}\n`
const codeOf = (answer: string) => JSON.parse(answer.split('\n')[0] ?? '').error?.data?.code

test('TCP answers nothing but unauthorized before a token, be the method there or not', async () => {
  for (const method of ['host.info', 'pod.push', 'no.such', 'rpc.discover'])
    assert.is(codeOf(await talk(tcp(), request(method))), 'unauthorized')
  assert.is(codeOf(await talk(tcp(), '{garbage\n')), 'unauthorized')
  assert.match(await talk(tcp(), 'garbage\n'), /^HTTP\/1.1 400 /)
})

test('TCP takes the token with any request, and once for a connection by host.auth', async () => {
  assert.ok(JSON.parse(await talk(tcp(), request('host.info', {}, { token: host.token }))).result)
  const answers = jsonLines(await talk(tcp(), request('host.auth', { token: host.token }) + request('host.info')))
  assert.ok(answers.every(answer => answer.result))
  assert.is(codeOf(await talk(tcp(), request('host.info', {}, { token: 'wrong' }))), 'unauthorized')
  assert.is(codeOf(await talk(tcp(), request('host.auth', { token: 'wrong' }))), 'unauthorized')
})

test('a line beyond the limit before the token is refused, and the connection closed', async () => {
  const answer = await talk(
    tcp(),
    `{"jsonrpc":"2.0","id":1,"method":"host.auth","params":{"token":"${'x'.repeat(100_000)}"}}\n`,
  )
  assert.is(codeOf(answer), 'too_large')
})

test('messages that are no request are answered by the standard', async () => {
  assert.is(codeOf(await talk(unix(), '{broken\n')), 'parse_error')
  assert.is(codeOf(await talk(unix(), '[]\n')), 'bad_request')
  assert.is(codeOf(await talk(unix(), '{"jsonrpc":"1.0","id":1,"method":"host.info"}\n')), 'bad_request')
  assert.is(codeOf(await talk(unix(), request('no.such'))), 'method_not_found')
  assert.is(codeOf(await talk(unix(), request('pod.start', { name: 'x', wrong: 1 }))), 'bad_params')
  assert.is(codeOf(await talk(unix(), request('pod.start', {}))), 'bad_params')
  assert.is(codeOf(await talk(unix(), request('pod.start', { name: 'x', params: { a: 1 } }))), 'bad_params')
  assert.is(codeOf(await talk(unix(), request('host.info', { path: 'inner.second' }))), 'host_not_found')
  const batch = JSON.parse(await talk(unix(), `[1, ${request('host.info').trim()}]\n`))
  assert.equal(
    batch.map((answer: { error?: unknown }) => Boolean(answer.error)),
    [true, false],
  )
})

test('answers come in any order, each with its own id, and no client waits for another', async () => {
  await host.push('puppet')
  await host.begin('puppet')
  const client = await host.client()
  const slow = client.call('pod.call', { name: 'puppet', fn: 'later', args: ['slow', 300] })
  const order: string[] = []
  await Promise.all([slow.then(() => order.push('slow')), client.call('host.info', {}).then(() => order.push('fast'))])
  assert.equal(order, ['fast', 'slow'])
  client.close()
})

test('a client that sends half a line and one that sends nothing disturb nobody', async () => {
  const half = net.connect(tcp()).on('error', () => {})
  half.write('{"jsonrpc"')
  const silent = net.connect(tcp()).on('error', () => {})
  assert.ok(JSON.parse(await talk(unix(), request('host.info'))).result)
  half.destroy()
  silent.destroy()
})

test('rpc.discover describes every method', async () => {
  const { result } = JSON.parse(await talk(unix(), request('rpc.discover')))
  assert.equal(result.methods.map((method: { name: string }) => method.name).sort(), Object.keys(methods).sort())
  const start = result.methods.find((method: { name: string }) => method.name === 'pod.start')
  assert.equal(
    start.params.filter((param: { required: boolean }) => param.required).map((param: { name: string }) => param.name),
    ['name'],
  )
})

test('HTTP answers with the status of the error, and says what it serves', async () => {
  const url = `http://127.0.0.1:${host.port}`
  const headers = { authorization: `Bearer ${host.token}` }
  const post = (body: string, more = {}) =>
    fetch(`${url}/rpc`, { method: 'POST', body, headers: { ...headers, ...more } })
  assert.is((await post(request('host.info'))).status, 200)
  assert.is((await post(request('pod.status', { name: 'nobody' }))).status, 404)
  assert.is((await post('{"jsonrpc":"2.0","method":"host.info"}')).status, 204)
  assert.is((await post('nonsense')).status, 400)
  assert.is((await post(request('host.info'), { authorization: 'Bearer wrong' })).status, 401)
  assert.is((await post(request('pod.logs', { stream: true }))).status, 501)
  assert.is((await fetch(`${url}/rpc`, { headers })).status, 405)
  assert.is((await fetch(`${url}/elsewhere`, { headers })).status, 404)
})

test('the sockets and the token are for their owner alone', async () => {
  const { stdout } = await host.run('stat', [
    '-c',
    '%a',
    host.data,
    ...['host.sock', 'link.sock', 'token', 'host.json'].map(file => join(host.data, file)),
  ])
  assert.equal(stdout.trim().split('\n'), ['700', '600', '600', '600', '600'])
})

test('a large push over TCP arrives whole', async () => {
  const client = await host.client()
  const code = `export default async () => {}\n//${'x'.repeat(8 * 1024 * 1024)}`
  const pushed = await client.call('pod.push', { name: 'large', code })
  assert.is(pushed.size, code.length)
  client.close()
})

test('a follower that goes away ends its following', async () => {
  const client = await host.client()
  const follower = await host.client()
  const stream = follower.logs({ name: 'puppet', follow: true })
  await stream.next()
  follower.close()
  await until(async () => (await client.call('host.info', {})).pods.up >= 1, 'the host answers')
  client.close()
})

test.run()
