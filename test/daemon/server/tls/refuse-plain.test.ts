// What a client is told that speaks in the clear where TLS is spoken.

import type net from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refusePlain } from '../../../../daemon/server/tls/refuse-plain.ts'

async function told(isHttp: boolean): Promise<string> {
  const socket = new PassThrough()
  refusePlain(socket as unknown as net.Socket, { isHttp })
  return await text(socket)
}

test('refusePlain() answers a line of JSON-RPC, and says how to come', async () => {
  const { error } = JSON.parse(await told(false))
  assert.is(error.data.code, 'unsupported')
  assert.match(error.data.hint, 'tls://')
})

test('refusePlain() answers HTTP with a head whose length is that of its body', async () => {
  const [head = '', body = ''] = (await told(true)).split('\r\n\r\n')
  assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.match(head, `content-length: ${Buffer.byteLength(body)}`)
  assert.is(JSON.parse(body).error.data.code, 'unsupported')
})

test.run()
