import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerHeaders } from '../../../pods/gateway/answer-headers.ts'

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

test('answerHeaders() drops what any of several headers Connection names', () => {
  const raw = ['Connection', 'close', 'X-Hop', '1', 'X-A', '2', 'connection', 'x-hop']
  assert.equal(answerHeaders(raw), ['X-A', '2'])
})

test.run()
