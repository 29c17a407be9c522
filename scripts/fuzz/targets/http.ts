// HTTP, byte by byte: requests that are none, that are two, whose lengths lie, that ask for what there is not.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { asItIs, TestHost } from '../../../test/e2e/harness.ts'
import { dial, exchangeBytes, leaving } from '../exchange.ts'
import { cuts, damaged, inChunks, oddText } from '../garbage.ts'
import { messageText } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'
import { closeWatched, Watched } from '../watched.ts'

const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH') },
  fc.constantFrom('CONNECT', 'TRACE', 'PRI', 'get', 'M-SEARCH', 'QUERY', 'G\0T', 'A'.repeat(300)),
)
const part = fc.oneof(
  fc.constantFrom(
    'rpc',
    'commands',
    'processes',
    'openapi.json',
    'job',
    'job.1',
    'output',
    'stop',
    '..',
    '.',
    '%2e%2e',
  ),
  fc.constantFrom('%00', '%', '%ff%fe', 'a'.repeat(5000), '%2f', ';x=1', '@', '[::1', '//', '\\'),
  oddText.map(text => encodeURIComponent(text.toWellFormed())),
)
const key = fc.constantFrom('offset', 'limit', 'status', 'follow', 'command_id', '__proto__', 'constructor', 'a[b]', '')
const value = fc.constantFrom('0', '-1', '1e9', '9'.repeat(40), 'NaN', 'true', 'job', '%zz', '\u0000', 'x'.repeat(9000))
const target = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('/rpc', '/processes', '/processes/job.1/output', '/openapi.json') },
  { weight: 3, arbitrary: fc.array(part, { maxLength: 4 }).map(parts => `/${parts.join('/')}`) },
  fc.constantFrom('*', '', 'http://other/processes', 'https://[/x', '//other/commands', 'host:80', '?', '/?', '/#/rpc'),
)
const query = fc.array(fc.tuple(key, value), { maxLength: 3 }).map(pairs => pairs.map(pair => pair.join('=')).join('&'))

const header = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('content-type: application/json', 'accept: text/event-stream', 'host: y') },
  fc.constantFrom('connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x', 'upgrade: h2c', 'expect: what'),
  fc.constantFrom('expect: 100-continue', 'connection: keep-alive', 'connection: close, close', 'keep-alive: x'),
  fc.constantFrom(
    'content-length: 0',
    'content-length: -1',
    'content-length: 99999999999999999999',
    'content-length: 5',
  ),
  fc.constantFrom(
    'transfer-encoding: chunked',
    'transfer-encoding: gzip',
    'transfer-encoding: chunked, chunked',
    'te: x',
  ),
  fc.constantFrom('last-event-id: 1', 'last-event-id: 1e308', 'last-event-id: 9007199254740991', 'last-event-id: -1'),
  fc.constantFrom('authorization: Bearer', 'authorization: Basic eDp5', 'authorization: Bearer \xff', 'cookie: a=b'),
  fc.constantFrom(`x: ${'y'.repeat(20_000)}`, 'content-encoding: br', 'range: bytes=0-', ': x', 'x', ' x: y', 'x : y'),
  oddText.map(text => `x-odd: ${text}`),
  fc.nat(3000).map(count => Array.from({ length: count }, (_, at) => `x${at}: y`).join('\r\n')),
)
const chunk = fc.tuple(fc.constantFrom('', '0', '-1', 'zz', 'ffffffffffffffff', '5;ext=1'), oddText)
const request = fc.record({
  method,
  target,
  query: fc.option(query, { nil: undefined }),
  version: fc.oneof({ weight: 8, arbitrary: fc.constant('HTTP/1.1') }, fc.constantFrom('HTTP/1.0', 'HTTP/9.9', '')),
  headers: fc.array(header, { maxLength: 4 }),
  body: fc.oneof(messageText, oddText, fc.constant('{"command_id":"job"}')),
  /** How long it is said to be: right, by chunks that are right or wrong, or not at all. */
  framing: fc.constantFrom('length', 'length', 'chunks', 'bad chunks', 'none'),
  chunks: fc.array(chunk, { maxLength: 3 }),
})

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never

/** One request, or some behind each other, as bytes; given the token that they are to bring. */
export const httpBytes: fc.Arbitrary<(token: string | undefined) => Buffer> = fc
  .tuple(
    fc.array(request, { minLength: 1, maxLength: 3 }),
    fc.option(damaged(fc.constant('x'.repeat(100))), { freq: 4 }),
  )
  .map(([requests, behind]) => {
    // As a function that says what it makes, for whoever reads of a failure.
    const make = (token: string | undefined) => {
      const text = requests.map(one => textOf(one, token)).join('')
      return Buffer.from(`${text}${behind ?? ''}`.replace(/^[^A-Za-z]/, 'G'), 'latin1')
    }
    return Object.assign(make, { [fc.toStringMethod]: () => JSON.stringify(make('TOKEN').toString('latin1')) })
  })

const inputs = fc.record({ http: httpBytes, isAuthorized: fc.boolean(), leaving, cuts })

export const http: Target = {
  id: 'http',
  promise: 'bytes that should be HTTP are answered or cut off, and a stranger is told nothing',
  open: async () => {
    const host = new TestHost(asItIs)
    mkdirSync(host.data, { mode: 0o700 })
    // None is shut out for the others' wrong tokens.
    const settings = { maxWrongTokens: 1e9, wrongTokenDelay: 1, authTimeout: '3s' }
    writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'fuzzed', settings }), { mode: 0o600 })
    await host.up()
    const client = await host.client()
    await client.call('pod.push', { name: 'job', code: 'echo said; exit 0', kind: 'script' })
    await client.call('pod.start', { name: 'job', wait: false }).finally(() => client.close())
    const watched = new Watched(host)
    return {
      property: holdsFor(inputs, async ({ http, isAuthorized, leaving, cuts }) => {
        const chunks = inChunks(http(isAuthorized ? host.token : undefined), cuts)
        const answer = await exchangeBytes(dial({ host: '127.0.0.1', port: host.port }), { chunks, leaving })
        checkHttp(answer.toString('latin1'), isAuthorized)
        watched.check()
      }),
      close: async () => await closeWatched(host, watched),
    }
  },
}

/** What a stranger may be told: that it is one, or that what it sent is no request. */
const strangersStatuses = [400, 401, 408, 413, 417, 431, 100]

/** No request is an error of the host's own; what is in the body of another answer is that answer's matter. */
export function checkHttp(answer: string, isAuthorized: boolean): void {
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
  for (const status of statuses) {
    assert.notEqual(status, 500, answer.slice(0, 1000))
    // A client by WebSocket authorizes itself once it is connected; where that is not, everybody is told.
    const isElsewhere = status === 404 && answer.includes('"message":"There is no WebSocket at ')
    if (!isAuthorized && !isElsewhere) assert.ok(strangersStatuses.includes(status), answer.slice(0, 1000))
  }
}

function textOf({ method, target, query, version, headers, body, framing, chunks }: Request, token?: string): string {
  const auth = token === undefined ? [] : [`authorization: Bearer ${token}`]
  const bytes = Buffer.from(body).toString('latin1')
  const bad = chunks.map(([size, text]) => `${size}\r\n${text}\r\n`).join('')
  const [length, sent] = {
    length: [[`content-length: ${bytes.length}`], bytes],
    chunks: [['transfer-encoding: chunked'], `${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`],
    'bad chunks': [['transfer-encoding: chunked'], bad],
    none: [[], bytes],
  }[framing] as [string[], string]
  const head = [`${method} ${target}${query === undefined ? '' : `?${query}`} ${version}`, 'host: localhost']
  return `${[...head, ...auth, ...headers, ...length].join('\r\n')}\r\n\r\n${sent}`
}
