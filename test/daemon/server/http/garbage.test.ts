import { once } from 'node:events'
import type http from 'node:http'
import type net from 'node:net'
import { Writable } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseGarbage } from '../../../../daemon/server/http/garbage.ts'

/** What a client is told for an error of the parser. */
async function told(code: string, begun?: Partial<http.ServerResponse>) {
  let text = ''
  const write = (chunk: Buffer, _: string, done: () => void) => {
    text += chunk
    done()
  }
  const socket = new Writable({ write })
  const error = Object.assign(new Error('Parse Error: Expected HTTP/'), { code })
  refuseGarbage(error, socket as unknown as net.Socket, begun as http.ServerResponse | undefined)
  await once(socket, 'close')
  return text
}

test('refuseGarbage() answers in JSON, with the status that fits', async () => {
  for (const [code, status] of [
    ['HPE_INVALID_CONSTANT', 400],
    ['HPE_HEADER_OVERFLOW', 431],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ] as const) {
    const [head = '', body = ''] = (await told(code)).split('\r\n\r\n')
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} [A-Z]`))
    assert.match(head, `content-length: ${body.length}`)
    assert.equal(JSON.parse(body), { code: 'bad_request', message: 'Cannot read the request: Expected HTTP/' })
  }
})

test('refuseGarbage() only closes where an answer has begun, or nobody is there', async () => {
  assert.is(await told('HPE_INVALID_CONSTANT', { writableFinished: false }), '')
  assert.is(await told('ECONNRESET'), '')
  assert.match(await told('HPE_INVALID_CONSTANT', { writableFinished: true }), '400')
})

test.run()
