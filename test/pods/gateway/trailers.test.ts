import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerTrailers, requestTrailers } from '../../../pods/gateway/trailers.ts'

const late = [
  'Content-Length',
  'transfer-encoding',
  'HOST',
  'Content-Type',
  'Connection',
  'Trailer',
  'Expect',
  'Upgrade',
]
const ours = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via', 'x-request-id', 'Proxy', 'X_Forwarded_For']
const harmless = ['X-Sum', 'grpc-status', 'Content-Digest', 'ETag']

test('answerTrailers() and requestTrailers() hand on what is no part of how a message is read', () => {
  const flat = [...late, ...ours, ...harmless].flatMap(name => [name, '1'])
  const pairs = (names: readonly string[]) => names.map(name => [name, '1'])
  assert.equal(answerTrailers(flat), pairs([...ours, ...harmless]))
  assert.equal(requestTrailers(flat), pairs(harmless))
  assert.equal(answerTrailers(['X-A', '1', 'X-A', '2']), [
    ['X-A', '1'],
    ['X-A', '2'],
  ])
})

test.run()
