import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { accessLine } from '../../../pods/gateway/access-line.ts'

const now = new Date('2026-11-29T00:38:06Z')
const told = {
  ...{
    id: 'r1',
    client: '::1',
    method: 'GET',
    host: 'a.test',
    path: '/x?y',
    http: '1.1',
    status: 200,
    bytes: 12,
    ms: 1.5,
  },
  ...{ answerMs: 1.2, agent: 'curl/8 "x"\\\u00e9\n' },
}

test('accessLine() writes JSON, or what the programs for the logs of web servers read, in one line', () => {
  assert.equal(JSON.parse(accessLine(told, { format: 'json', now })), told)
  assert.is(
    accessLine(told, { format: 'common', now }),
    '::1 r1 - [29/Nov/2026:00:38:06 +0000] "GET /x?y HTTP/1.1" 200 12 "-" "curl/8 \\"x\\"\\\\\\xe9\\x0a"',
  )
  assert.match(
    accessLine({ ...told, bytes: 0, referer: 'http://b.test/' }, { format: 'common', now }),
    /200 - "http:\/\/b\.test\/"/,
  )
})

test.run()
