// What is answered to those who ask whether a host lives and is ready. Not here: when it is ready (daemon/boot/readiness.test.ts).
import { once } from 'node:events'
import http from 'node:http'
import type net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerHealth, isForHealth } from '../../../../daemon/server/http/health.ts'

async function ask(path: string, { isReady = true, method = 'GET' } = {}) {
  const server = http.createServer((request, response) =>
    answerHealth(request, response, { path, isReady: () => isReady }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  const { status, headers } = response
  const text = await response.text()
  server.close()
  await once(server, 'close')
  return { status, text, retryAfter: headers.get('retry-after'), allow: headers.get('allow') }
}

test('isForHealth() knows two paths', () => {
  assert.equal(['/healthz', '/readyz', '/healthz/', '/health', '/'].filter(isForHealth), ['/healthz', '/readyz'])
})

test('answerHealth() says that the host lives, whether it is ready or not', async () => {
  assert.equal(await ask('/healthz', { isReady: false }), { status: 200, text: 'ok\n', retryAfter: null, allow: null })
})

test('answerHealth() says when it is not ready, and when to ask again', async () => {
  assert.equal(await ask('/readyz'), { status: 200, text: 'ok\n', retryAfter: null, allow: null })
  assert.equal(await ask('/readyz', { isReady: false }), {
    status: 503,
    text: 'not ready\n',
    retryAfter: '1',
    allow: null,
  })
  assert.equal(await ask('/readyz', { isReady: false, method: 'HEAD' }), {
    status: 503,
    text: '',
    retryAfter: '1',
    allow: null,
  })
})

test('answerHealth() refuses other methods', async () => {
  const { status, allow } = await ask('/healthz', { method: 'POST' })
  assert.equal({ status, allow }, { status: 405, allow: 'GET, HEAD' })
})

test.run()
