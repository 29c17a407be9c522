import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AnswerReader } from '../../../pods/gateway/answer-reader.ts'

type Read = { heads: string[]; body: string; trailers: string[]; isOver: boolean; mayStay: boolean; error?: string }

/** What is read of an answer that comes in pieces of so many bytes. `ends`: whether the connection does after it. */
function readOf(text: string, { size = text.length, method = 'GET', ends = false, maxHeadBytes = 1024 } = {}): Read {
  const read: Read = { heads: [], body: '', trailers: [], isOver: false, mayStay: false }
  const head = ({ status, text, raw }: { status: number; text: string; raw: string[] }) =>
    read.heads.push([status, text, ...raw].join('|'))
  const reader = new AnswerReader(
    { onInterim: head, onHead: head, onData: bytes => (read.body += bytes.toString('latin1')) },
    { maxHeadBytes },
  )
  reader.expect(method)
  try {
    for (let at = 0; at < text.length; at += size) reader.push(Buffer.from(text.slice(at, at + size), 'latin1'))
    if (ends) reader.end()
  } catch (error) {
    read.error = (error as Error).message
  }
  return { ...read, trailers: reader.trailers, isOver: reader.isOver, mayStay: reader.mayStay }
}

const ok = (headers: string, body = '') => `HTTP/1.1 200 OK\r\n${headers}\r\n${body}`
const chunked = (body: string) => ok('Transfer-Encoding: chunked\r\n', body)

/** The body, and whether the connection may stay. */
const whole: Record<
  string,
  [text: string, body: string, mayStay: boolean, more?: { method?: string; ends?: boolean }]
> = {
  'a body of a length': [ok('Content-Length: 6\r\n', 'answer'), 'answer', true],
  'no body': [ok('Content-Length: 0\r\n'), '', true],
  chunks: [chunked('3\r\nans\r\n03\r\nwer\r\n0\r\n\r\n'), 'answer', true],
  'chunks with extensions': [chunked('6;a=b;c="d e"\r\nanswer\r\n0 ;x\r\n\r\n'), 'answer', true],
  'chunks whose coding is in capitals': [
    ok('Transfer-Encoding: CHUNKED\r\n', 'A\r\n0123456789\r\n0\r\n\r\n'),
    '0123456789',
    true,
  ],
  'a body up to the end': [ok('', 'answer'), 'answer', false, { ends: true }],
  'an empty body up to the end': [ok(''), '', false, { ends: true }],
  'an answer to HEAD': [ok('Content-Length: 6\r\n'), '', true, { method: 'HEAD' }],
  'an answer to HEAD in chunks': [ok('Transfer-Encoding: chunked\r\n'), '', true, { method: 'HEAD' }],
  'an answer to HEAD that has a body all the same': [
    ok('Content-Length: 6\r\n', 'answer'),
    '',
    false,
    { method: 'HEAD' },
  ],
  '204 with a length': ['HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\n', '', true],
  '204 with a body': ['HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\nanswer', '', false],
  '304 with a length': ['HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n', '', true],
  'one that closes': [ok('Connection: x, Close\r\nContent-Length: 2\r\n', 'ok'), 'ok', false],
  'one by HTTP/1.0': ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok', false],
  'one by HTTP/1.0 that stays': [
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
    'ok',
    true,
  ],
  'more than an answer': [ok('Content-Length: 2\r\n', `ok${ok('Content-Length: 6\r\n', 'poison')}`), 'ok', false],
  'more than the last chunk': [chunked('2\r\nok\r\n0\r\n\r\nx'), 'ok', false],
  'a status without a text': ['HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', 'ok', true],
}

for (const [what, [text, body, mayStay, { method = 'GET', ends = false } = {}]] of Object.entries(whole)) {
  test(`AnswerReader reads ${what}, whole and byte by byte`, () => {
    for (const size of [text.length, 1, 7]) {
      const read = readOf(text, { size, method, ends })
      assert.is(read.error, undefined)
      assert.equal([read.body, read.isOver, read.mayStay], [body, true, mayStay], `in pieces of ${size}`)
    }
  })
}

const refused: Record<string, string> = {
  'two lengths': ok('Content-Length: 2\r\nContent-Length: 2\r\n', 'ok'),
  'two lengths in one': ok('Content-Length: 2, 2\r\n', 'ok'),
  'a length with a sign': ok('Content-Length: +2\r\n', 'ok'),
  'a length in another base': ok('Content-Length: 0x2\r\n', 'ok'),
  'a length that is none': ok('Content-Length: \r\n', 'ok'),
  'a length and chunks': ok('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '2\r\nok\r\n0\r\n\r\n'),
  'chunks within another coding': ok('Transfer-Encoding: gzip, chunked\r\n', '2\r\nok\r\n0\r\n\r\n'),
  'another coding': ok('Transfer-Encoding: xchunked\r\n', '2\r\nok\r\n0\r\n\r\n'),
  'two codings': ok('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'chunks by HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a folded header': ok('X-A: 1\r\n  2\r\nContent-Length: 2\r\n', 'ok'),
  'a space before the colon': ok('Content-Length : 2\r\n', 'ok'),
  'a header without a name': ok(': 2\r\nContent-Length: 2\r\n', 'ok'),
  'a line without a colon': ok('X-A\r\nContent-Length: 2\r\n', 'ok'),
  'a bare LF': ok('X-A: 1\nContent-Length: 2\r\n', 'ok'),
  'a bare LF at the end of the head': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nok',
  'a bare CR': ok('X-A: 1\rContent-Length: 6\r\nContent-Length: 2\r\n', 'ok'),
  'NUL in a value': ok('X-A: \0\r\nContent-Length: 2\r\n', 'ok'),
  'a control character in the text of the status': 'HTTP/1.1 200 O\x07K\r\nContent-Length: 2\r\n\r\nok',
  'a status of two digits': 'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok',
  'a status below 100': 'HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok',
  'another version': 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'another protocol': 'SSH-2.0-OpenSSH\r\n\r\n',
  'an empty line before it': `\r\n${ok('Content-Length: 2\r\n', 'ok')}`,
  'interim answers without an end': 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100),
  'a protocol that nobody asked for': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
  'a chunk without a size': chunked('\r\nok\r\n0\r\n\r\n'),
  'a size with a sign': chunked('-2\r\nok\r\n0\r\n\r\n'),
  'a size as programs write it': chunked('0x2\r\nok\r\n0\r\n\r\n'),
  'a size beyond what can be counted': chunked('fffffffffffffffff\r\nok\r\n'),
  'a chunk that is longer than it says': chunked('2\r\nokay\r\n0\r\n\r\n'),
  'a chunk that ends in a bare LF': chunked('2\r\nok\n0\r\n\r\n'),
  'a size that ends in a bare LF': chunked('2\nok\r\n0\r\n\r\n'),
  'an extension with a control character': chunked('2;\x07\r\nok\r\n0\r\n\r\n'),
  'an extension that is too long': chunked(`2;${'x'.repeat(2000)}\r\nok\r\n0\r\n\r\n`),
  'a head that is too long': ok(`X-A: ${'x'.repeat(2000)}\r\n`),
  'a head of too many lines': ok('X-A: 1\r\n'.repeat(500)),
  'trailers that are too long': chunked(`0\r\n${'X-A: 1\r\n'.repeat(500)}\r\n`),
  'a trailer that is folded': chunked('0\r\nX-A: 1\r\n 2\r\n\r\n'),
  'a trailer with a bare LF': chunked('0\r\nX-A: 1\n\r\n'),
}

for (const [what, text] of Object.entries(refused)) {
  test(`AnswerReader refuses ${what}`, () => {
    for (const size of [text.length, 1]) {
      const { error, isOver } = readOf(text, { size })
      assert.type(error, 'string', `in pieces of ${size}`)
      assert.is(isOver, false)
    }
  })
}

test('AnswerReader takes no answer for whole that ends early, wherever', () => {
  for (const text of [ok('Content-Length: 6\r\n', 'answer'), chunked('6\r\nanswer\r\n0\r\nX-T: 1\r\n\r\n')]) {
    for (let end = 0; end < text.length; end += 1) {
      const { error } = readOf(text.slice(0, end), { ends: true })
      assert.is(error, 'The connection ended within the answer', `after ${end} bytes`)
    }
    assert.is(readOf(text, { ends: true }).error, undefined)
  }
})

test('AnswerReader tells interim answers, headers as they came, and trailers', () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'
  const text = `${early}HTTP/1.1 201 \xc3\xa9 !\r\nx-A:\t b \xa0 \t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: 1\r\nX-T:2\r\n\r\n`
  for (const size of [text.length, 1]) {
    const { heads, trailers, isOver } = readOf(text, { size })
    assert.equal(heads, [
      '103|Early Hints|Link|a',
      '100|Continue',
      '201|\xc3\xa9 !|x-A|b \xa0|Transfer-Encoding|chunked',
    ])
    assert.equal(trailers, ['X-T', '1', 'X-T', '2'])
    assert.is(isOver, true)
  }
})

test('AnswerReader reads one answer after another, and keeps nothing of the one before', () => {
  const bodies: string[] = []
  const reader = new AnswerReader(
    { onInterim() {}, onHead: ({ status }) => bodies.push(`${status} `), onData: bytes => bodies.push(String(bytes)) },
    { maxHeadBytes: 100 },
  )
  reader.expect('HEAD')
  reader.push(Buffer.from(ok('Content-Length: 6\r\nKeep-Alive: timeout=5, max=9\r\n')))
  assert.equal([reader.isOver, reader.mayStay, reader.keepAliveS], [true, true, 5])
  for (let turn = 0; turn < 5; turn += 1) {
    reader.expect('GET')
    reader.push(Buffer.from(chunked('1\r\na\r\n0\r\nX-T: 1\r\n\r\n')))
    assert.equal([reader.isOver, reader.mayStay, reader.keepAliveS], [true, true, undefined])
  }
  reader.expect('GET')
  reader.push(Buffer.from(ok('Content-Length: 1\r\n', 'b')))
  assert.equal(reader.trailers, [])
  assert.is(bodies.join(''), '200 200 a200 a200 a200 a200 a200 b')
})

test.run()
