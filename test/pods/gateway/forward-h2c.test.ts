// gRPC through the gateway: a server and a client as people use them.
import { once } from 'node:events'
import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import * as grpc from '@grpc/grpc-js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { type StandingSecure, standingSecure } from './standing-secure.ts'

const asIs = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same }
function same(bytes: Buffer): Buffer {
  return bytes
}
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  [name]: { path: `/Echo/${name}`, requestStream, responseStream, ...asIs },
})
const service = { ...method('unary', false, false), ...method('many', false, true), ...method('talk', true, true) }
const Echo = grpc.makeGenericClientConstructor(service, 'Echo')
type EchoClient = {
  unary(
    request: Buffer,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    then: (error: grpc.ServiceError | null, value?: Buffer) => void,
  ): grpc.ClientUnaryCall
  many(request: Buffer): grpc.ClientReadableStream<Buffer>
  talk(): grpc.ClientDuplexStream<Buffer, Buffer>
  close(): void
}
type Call = grpc.ServerDuplexStream<Buffer, Buffer>

/** Calls that the server has seen cancelled. */
let cancelled = 0

const handlers = {
  unary: ({ request, metadata }: grpc.ServerUnaryCall<Buffer, Buffer>, then: grpc.sendUnaryData<Buffer>) => {
    if (String(request) === 'fail') return then({ code: grpc.status.FAILED_PRECONDITION, details: 'not now' })
    if (String(request) === 'never') return
    const trailer = new grpc.Metadata()
    trailer.set('x-trailer', 'at the end')
    then(null, Buffer.from(`${request} ${metadata.get('x-given')} ${metadata.get('via')}`), trailer)
  },
  many: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
    for (let index = 0; index < 100; index += 1) call.write(Buffer.from(`${call.request} ${index}`))
    call.end()
  },
  talk: (call: Call) => {
    call.on('data', (part: Buffer) => call.write(Buffer.from(`heard ${part}`)))
    call.on('end', () => call.end())
    call.on('cancelled', () => {
      cancelled += 1
    })
  },
}

async function withGrpc(work: (client: EchoClient, at: StandingSecure) => Promise<void>) {
  const server = new grpc.Server()
  server.addService(service, handlers)
  const port = await promisify(server.bindAsync.bind(server))('127.0.0.1:0', grpc.ServerCredentials.createInsecure())
  try {
    await withRoute(Number(port), async at => {
      const credentials = grpc.credentials.createSsl(Buffer.from(at.root.pem))
      const client = new Echo(`127.0.0.1:${at.tlsPort}`, credentials, {
        'grpc.ssl_target_name_override': 'grpc.example.com',
        'grpc.default_authority': 'grpc.example.com',
      }) as unknown as EchoClient
      try {
        await work(client, at)
      } finally {
        client.close()
      }
    })
  } finally {
    server.forceShutdown()
  }
}

/** The gateway with a pod at this port that speaks HTTP/2 alone. */
async function withRoute(port: number, work: (at: StandingSecure) => Promise<void>): Promise<void> {
  await standingSecure(
    (_, response) => void response.end(),
    async at => {
      const web = at.pods.get('web')
      if (!web) throw new Error('there is none')
      const config = { route: [{ at: 'grpc.example.com', http: 'h2c' as const }], listen: { main: '1' } }
      at.pods.set('grpc', { ...web, config, ports: [{ name: 'main', host: '127.0.0.1', port }] })
      at.gateway.changed()
      await work(at)
    },
  )
}

type Outcome = { error?: grpc.ServiceError | null; value: string; trailers: grpc.Metadata }

async function unary(client: EchoClient, text: string, options: grpc.CallOptions = {}): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  let trailers = new grpc.Metadata()
  const given = new grpc.Metadata()
  given.set('x-given', 'yes')
  const call = client.unary(Buffer.from(text), given, options, (error: grpc.ServiceError | null, value?: Buffer) =>
    setImmediate(() => resolve({ error, value: String(value), trailers })),
  )
  call.on('status', (status: grpc.StatusObject) => {
    trailers = status.metadata
  })
  return await promise
}

test('forwardH2c() brings calls of gRPC, with metadata and trailers', async () => {
  await withGrpc(async client => {
    const { error, value, trailers } = await unary(client, 'hello')
    assert.is(error, null)
    assert.is(value, 'hello yes 2.0 p8a')
    assert.equal(trailers.get('x-trailer'), ['at the end'])
    const parts: string[] = []
    for await (const part of client.many(Buffer.from('part'))) parts.push(String(part))
    assert.equal([parts.length, parts.at(-1)], [100, 'part 99'])
    const all = await Promise.all(Array.from({ length: 250 }, (_, index) => unary(client, String(index))))
    assert.ok(all.every(({ value: of }, index) => of.startsWith(`${index} `)))
  })
})

test('forwardH2c() lets both sides talk as they like, and tells each what the other one breaks off', async () => {
  await withGrpc(async client => {
    const call = client.talk()
    call.on('error', () => {})
    for (const word of ['one', 'two']) {
      call.write(Buffer.from(word))
      assert.is(String((await once(call, 'data'))[0]), `heard ${word}`)
    }
    call.end()
    await once(call, 'end')
    const left = client.talk()
    const failed = once(left, 'error')
    left.write(Buffer.from('one'))
    await once(left, 'data').catch(() => {})
    left.cancel()
    await failed.catch(() => {})
    await until(() => cancelled > 0, 'the server knows')
  })
})

test('forwardH2c() brings errors with their codes, also without a body, and what a deadline ends', async () => {
  await withGrpc(async (client, at) => {
    const failed = await unary(client, 'fail')
    assert.equal([failed.error?.code, failed.error?.details], [grpc.status.FAILED_PRECONDITION, 'not now'])
    const late = await unary(client, 'never', { deadline: Date.now() + 50 })
    assert.is(late.error?.code, grpc.status.DEADLINE_EXCEEDED)
    const pod = at.pods.get('grpc')
    if (pod) at.pods.set('grpc', { ...pod, status: 'idle', want: 'idle' })
    assert.is((await unary(client, 'hello')).error?.code, grpc.status.UNAVAILABLE)
  })
})

test('forwardH2c() opens a session anew once the pod has said GOAWAY, and when its run has ended', async () => {
  const served: string[] = []
  const serve = (name: string) => {
    const server = createServer()
    server.on('session', session => session.on('error', () => {}))
    server.on('stream', (stream: ServerHttp2Stream) => {
      served.push(name)
      stream.respond({ ':status': 200 })
      stream.end(name)
      if (name === 'first') stream.once('close', () => stream.session?.goaway())
    })
    return server
  }
  const first = serve('first').listen(0, '127.0.0.1')
  await once(first, 'listening')
  const { port } = first.address() as AddressInfo
  const ask = async ({ secureDial }: StandingSecure) => {
    const socket = secureDial({ servername: 'grpc.example.com' })
    socket.write('GET / HTTP/1.1\r\nHost: grpc.example.com\r\nConnection: close\r\n\r\n')
    let text = ''
    for await (const part of socket) text += part
    return /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]
  }
  await withRoute(port, async at => {
    assert.is(await ask(at), '200')
    assert.is(await ask(at), '200')
    first.close()
    await once(first, 'close')
    const second = serve('second').listen(port, '127.0.0.1')
    await once(second, 'listening')
    assert.is(await ask(at), '200')
    second.close()
    await once(second, 'close')
    assert.is(await ask(at), '502')
    assert.equal(served, ['first', 'first', 'second'])
  })
})

test.run()
