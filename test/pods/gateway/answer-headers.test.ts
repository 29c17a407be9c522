import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerHeaders, answerHeadersByName } from '../../../pods/gateway/answer-headers.ts'

test('answerHeaders() drops what is about the connection to the pod, and leaves the rest as it came', () => {
  const raw = [
    'Connection',
    'keep-alive, X-Hop',
    'Keep-Alive',
    'timeout=5',
    'Transfer-Encoding',
    'chunked',
    'X-Hop',
    '1',
  ]
  raw.push('Trailer', 'x', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X_Under', '1', 'Content-Length', '0')
  assert.equal(answerHeaders(raw), ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X_Under', '1', 'Content-Length', '0'])
})

test('answerHeadersByName() does the same to headers by name', () => {
  const all = { connection: 'x-hop', 'x-hop': '1', 'set-cookie': ['a=1', 'b=2'], 'content-length': '0', trailer: 'x' }
  assert.equal(answerHeadersByName(all), ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'content-length', '0'])
})

test.run()
