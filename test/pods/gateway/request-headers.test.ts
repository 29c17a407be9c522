import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasBody, headProblem, onwardHeaders, type Peer, readHead } from '../../../pods/gateway/request-headers.ts'

const problem = (raw: string[], httpVersion: string) => headProblem(readHead(raw), httpVersion)

const stranger: Peer = { address: '203.0.113.9', protocol: 'http', isTrusted: false }
const told = { peer: stranger, authority: 'example.com', id: 'id-1', httpVersion: '1.1' }

/** What the pod gets, each name in lower case, several values joined. */
function got(raw: string[], more: Partial<typeof told> = {}): Record<string, string> {
  const flat = onwardHeaders(raw, readHead(raw), { ...told, ...more })
  const found: Record<string, string> = {}
  for (let at = 0; at < flat.length; at += 2) {
    const name = String(flat[at]).toLowerCase()
    found[name] = found[name] === undefined ? String(flat[at + 1]) : `${found[name]}|${flat[at + 1]}`
  }
  return found
}

const ours = {
  host: 'example.com',
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'http',
  'x-forwarded-host': 'example.com',
  forwarded: 'for=203.0.113.9;host="example.com";proto=http',
  'x-request-id': 'id-1',
  via: '1.1 p8a',
}

test('onwardHeaders() drops what is about one connection, what Connection names, and names that others read as ours', () => {
  const raw = ['Host', 'x', 'Connection', 'close, X-Mine , X-Forwarded-Host', 'X-Mine', '1', 'Keep-Alive', 'timeout=5']
  raw.push('TE', 'trailers', 'Upgrade', 'x', 'Proxy', 'http://evil', 'Proxy-Authorization', 'Basic x', 'Trailer', 'x')
  raw.push('Transfer-Encoding', 'chunked', 'X_Forwarded_For', '1', 'Expect', '100-continue', 'Accept', '*/*')
  assert.equal(got(raw), { ...ours, accept: '*/*' })
})

test('onwardHeaders() keeps the length of a body though Connection names it, and each line of a header that has several', () => {
  const raw = ['Connection', 'content-length, content-type', 'Content-Length', '3', 'X-A', '1', 'x-a', '2']
  assert.equal(got(raw), { ...ours, 'content-length': '3', 'x-a': '1|2' })
})

test('onwardHeaders() believes only those who are trusted what they say of the client', () => {
  const raw = [
    'X-Forwarded-For',
    '1.2.3.4',
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    'shop.com',
    'X-Real-IP',
    '1.2.3.4',
  ]
  raw.push('Forwarded', 'for=1.2.3.4', 'X-Forwarded-Prefix', '/p')
  assert.equal(got(raw), ours)
  assert.equal(got(raw, { peer: { ...stranger, isTrusted: true } }), {
    ...ours,
    'x-forwarded-for': '1.2.3.4, 203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'shop.com',
    'x-real-ip': '1.2.3.4',
    forwarded: 'for=1.2.3.4, for=203.0.113.9;host="example.com";proto=http',
    'x-forwarded-prefix': '/p',
  })
})

test('onwardHeaders() writes an IPv6 address as Forwarded wants it, and goes on with Via', () => {
  const { forwarded, via } = got(['Via', '1.0 fred'], {
    peer: { ...stranger, address: '2001:db8::1' },
    httpVersion: '1.0',
  })
  assert.is(forwarded, 'for="[2001:db8::1]";host="example.com";proto=http')
  assert.is(via, '1.0 fred, 1.0 p8a')
})

test('headProblem() names what two programs could read in two ways', () => {
  const host = ['Host', 'a']
  assert.is(problem([...host, 'Content-Length', '1'], '1.1'), undefined)
  assert.is(problem([...host, 'Transfer-Encoding', 'Chunked'], '1.1'), undefined)
  assert.match(problem([...host, 'host', 'b'], '1.1') ?? '', /several headers Host/)
  assert.match(problem([...host, 'Content-Length', '1', 'content-length', '1'], '1.1') ?? '', /several/)
  assert.match(problem([...host, 'Content-Length', '1', 'Transfer-Encoding', 'chunked'], '1.1') ?? '', /both/)
  assert.match(problem([...host, 'Transfer-Encoding', 'chunked'], '1.0') ?? '', /HTTP\/1\.0/)
  for (const encoding of ['gzip, chunked', 'chunked, chunked', 'xchunked', 'identity', '']) {
    const found = problem([...host, 'Transfer-Encoding', encoding], '1.1')
    if (encoding !== '') assert.match(found ?? '', /not chunked/, encoding)
  }
  assert.match(problem([...host, 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'x'], '1.1') ?? '', /not chunked/)
})

test('readHead() takes an id that is safe to write anywhere, and no other', () => {
  const idOf = (raw: string[]) => readHead(raw).id
  assert.is(idOf(['X-Request-Id', 'abc-1.2:3/4+5=']), 'abc-1.2:3/4+5=')
  for (const id of ['', 'a b', 'a"b', 'x'.repeat(129), 'é']) assert.is(idOf(['x-request-id', id]), undefined, id)
  assert.is(idOf(['x-request-id', 'a', 'x-request-id', 'b']), undefined)
})

test('hasBody() goes by length and encoding', () => {
  const has = (...raw: string[]) => hasBody(readHead(raw))
  assert.equal([has(), has('Content-Length', '0'), has('Content-Length', '1')], [false, false, true])
  assert.ok(has('Transfer-Encoding', 'chunked'))
})

test.run()
