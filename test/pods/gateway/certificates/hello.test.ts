import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { connect } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readHello } from '../../../../pods/gateway/certificates/hello.ts'

/** What Node says first. */
async function helloWith(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options })
  client.on('error', () => {})
  const [socket] = await once(server, 'connection')
  const [bytes] = await once(socket, 'data')
  client.destroy()
  server.close()
  return bytes
}

test('readHello() finds the name in lower case and the protocols, as soon as all of it is there', async () => {
  const bytes = await helloWith({ servername: 'WWW.Example.COM', ALPNProtocols: ['h2', 'http/1.1'] })
  assert.equal(readHello(bytes), { name: 'www.example.com', protocols: ['h2', 'http/1.1'] })
  for (let length = 0; length < bytes.length; length += 7) assert.is(readHello(bytes.subarray(0, length)), 'more')
  assert.equal(readHello(await helloWith({})), { name: undefined, protocols: [] })
})

test('readHello() puts one together that comes in several records', async () => {
  const bytes = await helloWith({ servername: 'a.test' })
  const message = bytes.subarray(5)
  const record = (part: Buffer) => Buffer.concat([Buffer.of(22, 3, 1, part.length >> 8, part.length & 255), part])
  const cut = Buffer.concat([
    record(message.subarray(0, 2)),
    record(message.subarray(2, 90)),
    record(message.subarray(90)),
  ])
  assert.is(readHello(cut)?.valueOf() && (readHello(cut) as { name: string }).name, 'a.test')
  assert.is(readHello(cut.subarray(0, cut.length - 1)), 'more')
})

test('readHello() says of anything else that it is none, and never fails', async () => {
  for (const text of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\x00', '\x16\x03\x01\x00\x04\x02\x00\x00\x00']) {
    assert.is(readHello(Buffer.from(text, 'latin1')), undefined, JSON.stringify(text))
  }
  const bytes = await helloWith({ servername: 'a.test', ALPNProtocols: ['h2'] })
  for (let at = 5; at < bytes.length; at += 1) {
    const broken = Buffer.from(bytes)
    broken[at] = 255
    const hello = readHello(broken)
    assert.ok(hello === undefined || hello === 'more' || Array.isArray(hello.protocols))
  }
})

test.run()
