import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { KnownPod } from '../../../pods/gateway/directory.ts'
import { until } from '../../until.ts'
import { readUntil, standing } from './standing.ts'

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
const errorOf = (answer: string) => /x-p8a-error: (\w+)/i.exec(answer)?.[1]
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4)

test('Gateway brings a request to its pod and the answer back, as both were', async () => {
  await standing(
    async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      response.writeHead(201, 'Made', ['X-A', '1', 'x-a', '2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
      response.end(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`)
    },
    async ({ raw }) => {
      const head = 'PUT /a%20b//c?d=%2F HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Type: text/x\r\n'
      const answer = await raw(`${head}Content-Length: 5\r\n\r\nhello`)
      assert.match(answer, /^HTTP\/1\.1 201 Made\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/)
      assert.match(answer, /PUT \/a%20b\/\/c\?d=%2F text\/x hello/)
      const chunked = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`)
      assert.match(chunked, /PUT .* hello/)
    },
  )
})

test('Gateway refuses what two programs could read in two ways, and the pod hears nothing of it', async () => {
  let heard = 0
  await standing(
    (_, response) => {
      heard += 1
      response.end('heard')
    },
    async ({ raw }) => {
      const get = (headers: string, line = 'GET / HTTP/1.1') => raw(`${line}\r\n${headers}\r\n\r\n`)
      const refused = {
        'two Hosts': await get('Host: example.com\r\nHost: other.com'),
        'no Host': await get('Accept: */*'),
        'an absolute form with another Host': await get('Host: example.com', 'GET http://other.com/ HTTP/1.1'),
        'two lengths': await get('Host: example.com\r\nContent-Length: 1\r\nContent-Length: 2'),
        'length and chunks': await get('Host: example.com\r\nContent-Length: 1\r\nTransfer-Encoding: chunked'),
        'a length that is none': await get('Host: example.com\r\nContent-Length: +1'),
        'chunked not at the end': await get('Host: example.com\r\nTransfer-Encoding: chunked, gzip'),
        'another encoding': await get('Host: example.com\r\nTransfer-Encoding: xchunked'),
        'an encoding in 1.0': await get('Host: example.com\r\nTransfer-Encoding: chunked', 'POST / HTTP/1.0'),
        'a folded line': await get('Host: example.com\r\nX-A: 1\r\n folded'),
        'a bare line feed': await raw('GET / HTTP/1.1\nHost: example.com\n\n'),
        'a bare return': await get('Host: example.com\r\nX-A: 1\rX-B: 2'),
        'a blank before the colon': await get('Host: example.com\r\nX-A : 1'),
        'a name with a blank': await get('Host: example.com\r\nX A: 1'),
        'a null': await get('Host: example.com\r\nX-A: a\0b'),
        'a path that leads upwards': await get('Host: example.com', 'GET /a/%2e%2e/b HTTP/1.1'),
        'no path': await get('Host: example.com', 'GET example HTTP/1.1'),
      }
      for (const [what, answer] of Object.entries(refused)) {
        assert.is(statusOf(answer), 400, what)
        assert.match(answer, /connection: close/i, what)
      }
      assert.is(statusOf(await get(`Host: example.com\r\nX-A: ${'a'.repeat(20_000)}`)), 431)
      assert.is(heard, 0)
    },
  )
})

test('Gateway hides from the pod a request that is hidden in another', async () => {
  const heard: string[] = []
  await standing(
    (request, response) => {
      heard.push(String(request.url))
      request.resume().once('end', () => response.end('ok'))
    },
    async ({ raw }) => {
      const inner = 'GET /inner HTTP/1.1\r\nHost: example.com\r\n\r\n'
      const head = 'POST /outer HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n'
      await raw(`${head}Content-Length: ${inner.length}\r\n\r\n${inner}`)
      await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)};a=b\r\n${inner}\r\n0\r\n\r\n`)
      await raw(`${head}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(100_000)}\r\na\r\n0\r\n\r\n`)
      assert.equal(
        heard.filter(url => url === '/inner'),
        [],
      )
    },
  )
})

test('Gateway answers in its own name where there is no pod, and says so in the way that was asked for', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async ({ raw, get, pods, gateway, told }) => {
      const none = await get('/', { Host: 'other.org', 'X-Request-Id': 'mine' })
      assert.is(statusOf(none), 404)
      assert.is(errorOf(none), 'no_route')
      assert.match(bodyOf(none), /There is nothing at other\.org \(request mine\)\n/)
      const json = JSON.parse(bodyOf(await get('/', { Host: 'other.org', Accept: 'application/json' })))
      assert.is(json.error.code, 'no_route')
      assert.is(bodyOf(await raw('HEAD / HTTP/1.1\r\nHost: other.org\r\nConnection: close\r\n\r\n')), '')
      const web = pods.get('web')
      if (web) pods.set('web', { ...web, ports: [] })
      gateway.changed()
      assert.is(errorOf(await get()), 'no_port')
      while (told.length < 4) await new Promise(setImmediate)
      assert.equal(told.at(-1)?.error, 'no_port')
    },
  )
})

test('Gateway finds a pod by its name under localhost for clients of this machine, and under the domain for all', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async ({ get }) => {
      assert.is(statusOf(await get('/', { Host: 'web.localhost:8080' })), 200)
      assert.is(statusOf(await get('/', { Host: 'web.apps.test' })), 200)
      assert.is(statusOf(await get('/', { Host: 'other.apps.test' })), 404)
    },
    { domain: 'apps.test' },
  )
})

test('Gateway wakes a pod once for all that ask, and holds them until it is up', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async at => {
      const web = at.pods.get('web')
      if (!web) throw new Error('there is none')
      at.pods.set('web', { ...web, status: 'idle', want: 'idle', asleepSince: '2026-01-01T00:00:00Z' })
      at.onWake = async name => {
        await once(at.pod, 'go')
        at.pods.set(name, web)
      }
      const asked = Array.from({ length: 50 }, () => at.get())
      while (at.wakes.length === 0) await new Promise(setImmediate)
      at.pod.emit('go')
      assert.equal([...new Set((await Promise.all(asked)).map(statusOf))], [200])
      assert.equal(at.wakes, ['web'])
    },
  )
})

test('Gateway shows a page to a browser that waits for long, and goes on to hold all others', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async at => {
      const web = at.pods.get('web')
      if (!web) throw new Error('there is none')
      at.pods.set('web', { ...web, status: 'idle', want: 'idle', asleepSince: '2026-01-01T00:00:00Z' })
      const up = Promise.withResolvers<void>()
      at.onWake = () => up.promise.then(() => void at.pods.set('web', web))
      const other = at.get('/', { Accept: 'application/json' })
      const page = await at.get('/', { Accept: 'text/html' })
      assert.is(statusOf(page), 503)
      assert.match(page, /retry-after: 1/i)
      assert.match(page, /<h1>web is starting<\/h1>/)
      up.resolve()
      assert.is(statusOf(await other), 200)
      assert.is(statusOf(await at.get('/', { Accept: 'text/html' })), 200)
    },
    { pageAfter: '20ms' },
  )
})

test('Gateway breaks off for the client what breaks off at the pod, and answers what has not begun', async () => {
  await standing(
    (request, response) => {
      if (request.url === '/never') return void request.socket.destroy()
      response.writeHead(200, { 'Content-Length': '10' })
      response.write('half', () => request.socket.destroy())
    },
    async ({ get, told }) => {
      const never = await get('/never')
      assert.is(statusOf(never), 502)
      assert.is(errorOf(never), 'pod_broke_off')
      assert.match(await get('/half'), /\r\n\r\nhalf$/)
      while (told.length < 2) await new Promise(setImmediate)
      assert.equal(
        told.map(({ status }) => status),
        [502, 200],
      )
    },
  )
})

test('Gateway says 504 for a pod that does not answer in time, and tells the pod when its client leaves', async () => {
  const left = Promise.withResolvers<string>()
  await standing(
    (request, response) => void response.once('close', () => left.resolve(String(request.url))),
    async ({ get }) => {
      assert.is(statusOf(await get('/slow')), 504)
      assert.is(await left.promise, '/slow')
    },
    { answerTimeout: '50ms' },
  )
  const gone = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await standing(
    (_, response) => {
      response.once('close', gone.resolve)
      asked.resolve()
    },
    async ({ dial }) => {
      const socket = dial()
      socket.write('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n')
      await asked.promise
      socket.destroy()
      await gone.promise
    },
  )
})

test('Gateway lets a client send its body only when the pod wants it', async () => {
  await standing(
    (request, response) => void request.resume().once('end', () => response.end('got it')),
    async ({ dial, pod }) => {
      pod.on('checkContinue', (request, response) => {
        if (request.url === '/no') return void response.writeHead(413).end('too much')
        response.writeContinue()
        request.resume().once('end', () => response.end('got it'))
      })
      const head = 'Host: example.com\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n'
      const wanted = dial()
      wanted.write(`POST /yes HTTP/1.1\r\n${head}`)
      assert.match(await readUntil(wanted, /\r\n\r\n/), /^HTTP\/1\.1 100 Continue\r\n\r\n$/)
      wanted.write('body')
      assert.match(await readUntil(wanted, /got it/), /^HTTP\/1\.1 200 OK/)
      wanted.destroy()
      const refused = dial()
      refused.write(`POST /no HTTP/1.1\r\n${head}`)
      assert.match(await readUntil(refused, /too much/), /^HTTP\/1\.1 413 /)
      refused.destroy()
    },
  )
})

test('Gateway says nothing before the answer to a client of HTTP/1.0, which would take that for the answer', async () => {
  await standing(
    (request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => {
        request.resume().once('end', () => response.end('got it'))
      })
    },
    async ({ raw }) => {
      const head = 'Host: example.com\r\nContent-Length: 4\r\n'
      for (const more of ['', 'Expect: 100-continue\r\n']) {
        const answer = await raw(`POST / HTTP/1.0\r\n${head}${more}\r\nbody`)
        assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
        assert.match(answer, /\r\n\r\ngot it$/)
      }
    },
  )
})

test('Gateway hands values beyond ASCII on byte by byte, also where a client waits for the word of the pod', async () => {
  const [utf8, latin1] = [Buffer.from('é→'), Buffer.from([0xe9, 0xff])].map(bytes => bytes.toString('latin1'))
  const sent = `X-Utf8: ${utf8}\r\nX-Latin1: ${latin1}\r\n`
  await standing(
    async (request, response) => {
      for await (const _ of request);
      const { 'x-utf8': first, 'x-latin1': second } = request.headers
      response.end(JSON.stringify({ isSame: first === utf8 && second === latin1, trailer: request.trailers['x-sum'] }))
    },
    async ({ dial }) => {
      const head = `POST / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n${sent}`
      for (const [way, body] of [
        ['Content-Length: 4\r\n', 'body'],
        ['Expect: 100-continue\r\nContent-Length: 4\r\n', 'body'],
        [
          'Expect: 100-continue\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n',
          '1\r\na\r\n0\r\nX-Sum: \xe9\r\n\r\n',
        ],
      ]) {
        const client = dial()
        client.write(`${head}${way}\r\n`, 'latin1')
        if (way?.startsWith('Expect')) await readUntil(client, /100 Continue\r\n\r\n/)
        client.write(body ?? '', 'latin1')
        const answer = await readUntil(client, /\}/)
        assert.match(answer, '"isSame":true', way)
        if (way?.includes('Trailer')) assert.match(answer, '"trailer":"é"', way)
        client.destroy()
      }
    },
  )
})

test('Gateway brings trailers of both sides, early hints, and answers that have no body', async () => {
  await standing(
    async (request, response) => {
      if (request.url === '/none') return void response.writeHead(204).end()
      if (request.url === '/same') return void response.writeHead(304, { ETag: '"a"' }).end()
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      for await (const _ of request);
      response.writeHead(200, { Trailer: 'X-Sum' })
      response.write('body')
      response.addTrailers({ 'X-Sum': `${request.trailers['x-sent']}` })
      response.end()
    },
    async ({ raw, get }) => {
      const head = 'POST / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nTrailer: X-Sent\r\n'
      const answer = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sent: 7\r\n\r\n`)
      assert.match(answer, /X-Sum: 7\r\n\r\n$/)
      assert.match(await get(), /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK/)
      assert.match(await get('/none'), /^HTTP\/1\.1 204 [\s\S]*\r\n\r\n$/)
      assert.match(await get('/same'), /^HTTP\/1\.1 304 [\s\S]*\r\n\r\n$/)
    },
  )
})

test('Gateway joins a client and a pod that agree on it, and answers as the pod does if that refuses', async () => {
  await standing(
    (_, response) => response.writeHead(426, { 'X-Why': 'old' }).end('use another'),
    async ({ dial, raw, pod, told }) => {
      const ask = 'GET /socket HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'
      assert.match(await raw(ask), /^HTTP\/1\.1 426 [\s\S]*X-Why: old[\s\S]*use another$/)
      let asked: unknown
      pod.once('upgrade', request => {
        asked = request.headers['x-request-id']
      })
      pod.on('upgrade', (request, socket, head) => {
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`,
        )
        socket.write(head)
        socket.pipe(socket)
      })
      const client = dial()
      client.write(`${ask}early`)
      assert.match(
        await readUntil(client, /early/),
        /^HTTP\/1\.1 101 Switching Protocols\r\n[\s\S]*upgrade: echo\r\n\r\nearly$/,
      )
      client.write('late')
      await readUntil(client, /late/)
      client.end()
      await once(client.resume(), 'close')
      assert.match(await raw(ask.replace('example.com', 'other.org')), /^HTTP\/1\.1 404 /)
      while (told.length < 3) await new Promise(setImmediate)
      const [refused, joined, unknown] = told
      assert.equal([refused?.status, refused?.pod, refused?.error], [426, 'web', undefined])
      assert.equal([joined?.status, joined?.pod, joined?.path, joined?.client], [101, 'web', '/socket', '127.0.0.1'])
      assert.is(joined?.id, asked)
      assert.ok((joined?.bytes ?? 0) > 'earlylate'.length, `${joined?.bytes} bytes`)
      assert.equal([unknown?.status, unknown?.error, unknown?.host], [404, 'no_route', 'other.org'])
    },
  )
})

test('Gateway answers a client that sends for long to a pod that has answered already', async () => {
  await standing(
    (_, response) => response.writeHead(413).end('enough'),
    async ({ dial }) => {
      const client = dial()
      client.on('error', () => {})
      client.write(`POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 100000000\r\n\r\n${'x'.repeat(100_000)}`)
      assert.match(await readUntil(client, /enough/), /^HTTP\/1\.1 413/)
      await once(client.resume(), 'close')
    },
    { bodyTimeout: '1s' },
  )
})

test('Gateway bounds what a body may have, and how long it may be silent', async () => {
  await standing(
    (request, response) => void request.resume().once('end', () => response.end('ok')),
    async ({ raw }) => {
      const head = 'POST / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n'
      assert.is(errorOf(await raw(`${head}Content-Length: 11\r\n\r\n`)), 'too_large')
      assert.is(
        errorOf(await raw(`${head}Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n`)),
        'too_large',
      )
      assert.is(errorOf(await raw(`${head}Content-Length: 10\r\n\r\n012`)), 'client_silent')
      assert.is(statusOf(await raw(`${head}Content-Length: 3\r\n\r\n012`)), 200)
    },
    { maxBody: '10', bodyTimeout: '50ms' },
  )
})

test('Gateway counts what it does, by pod', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async ({ get, raw, gateway, told }) => {
      await get()
      const refused = await get('/', { Host: 'other.org' })
      await raw('GET / HTTP/1.1\r\nHost: example.com\r\nConnection: upgrade\r\nUpgrade: none\r\n\r\n')
      while (told.length < 2 || gateway.count().connections > 0) await new Promise(setImmediate)
      assert.equal([told[0]?.bytes, told[0]?.http, told[1]?.bytes], [2, '1.1', bodyOf(refused).length])
      const { pods } = gateway.count()
      const { latency, recent: _, ...web } = pods.web ?? { latency: [] }
      const none = { open: 0, sockets: 0, waiting: 0, errors: {}, wakes: { up: 0, failed: 0 }, wakeMs: 0 }
      assert.equal(web, { ...none, requests: 2, quiet: 0, statuses: { '2xx': 2 } })
      assert.is(
        latency.reduce((sum, [, count]) => sum + count, 0),
        2,
      )
      assert.equal(pods['-']?.errors, { no_route: 1 })
    },
  )
})

test('Gateway holds requests for what is paused, and lets them go on', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async ({ get, gateway }) => {
      gateway.pauses.replace(new Map([['web', {}]]))
      const held = [get(), get()]
      while (gateway.count().pods.web?.waiting !== 2) await new Promise(setImmediate)
      assert.is(errorOf(await get()), 'paused')
      gateway.pauses.replace(new Map())
      assert.equal((await Promise.all(held)).map(statusOf), [200, 200])
    },
    { maxWaiting: '2' },
  )
})

test('Gateway shares requests for a group among its members that are up, and keeps a client where it is', async () => {
  await standing(
    (request, response) => response.end(`old ${request.url}`),
    async ({ get, pods, gateway, wakes }) => {
      const other = createServer((request, response) => response.end(`new ${request.url}`)).listen(0, '127.0.0.1')
      await once(other, 'listening')
      const { port } = other.address() as AddressInfo
      const web = pods.get('web')
      if (!web) throw new Error('there is no web')
      const set = (weights: [number, number], more: Partial<KnownPod> = {}) => {
        const groups = (weight: number) => [
          { name: 'all', weight, sticky: 'cookie', route: [{ at: 'all.test/x', strip: true }] },
        ]
        pods.set('web', { ...web, groups: groups(weights[0]) })
        pods.set('next', { ...web, ports: [{ name: 'main', port }], config: {}, groups: groups(weights[1]), ...more })
        gateway.changed()
      }
      const ask = async (cookie = '') => await get('/x/y', { Host: 'all.test', Cookie: cookie })
      const firstOf = (answer: string) => bodyOf(answer).split(' ')[0]
      set([50, 50])
      const cookies: [cookie: string, member: string | undefined][] = []
      while (new Set(cookies.map(([, member]) => member)).size < 2) {
        const answer = await ask()
        const cookie = /set-cookie: (p8a_g=[\w-]+); Path=\/; HttpOnly; SameSite=Lax\r/i.exec(answer)?.[1] ?? ''
        assert.match(bodyOf(answer), / \/y$/)
        cookies.push([cookie, firstOf(answer)])
      }
      for (const [cookie, member] of cookies) {
        const again = await ask(cookie)
        assert.is(firstOf(again), member)
        assert.not.match(again, /set-cookie/i)
      }
      set([0, 100])
      for (const [cookie] of cookies) assert.is(firstOf(await ask(cookie)), 'new')
      set([1, 100], { status: 'error', want: 'up' })
      for (const [cookie] of cookies) assert.is(firstOf(await ask(cookie)), 'old')
      set([1, 100])
      other.close()
      other.closeAllConnections()
      for (const [cookie] of cookies) assert.is(firstOf(await ask(cookie)), 'old')
      const { all, web: old, next } = gateway.count().pods
      assert.equal([all?.open, old?.open, next?.open, all?.errors], [0, 0, 0, {}])
      set([0, 1], { status: 'idle', want: 'idle' })
      assert.is(errorOf(await ask()), 'pod_down')
      assert.equal(wakes, [])
    },
  )
})

test('Gateway keeps nothing of requests that were sent at once, while their connection goes on', async () => {
  await standing(
    (_, response) => void response.end('answer'),
    async ({ gateway, dial, told }) => {
      const warnings: Error[] = []
      const warned = (warning: Error) => warnings.push(warning)
      process.on('warning', warned)
      const connected = Promise.withResolvers<NodeJS.EventEmitter>()
      const own = gateway.connected.bind(gateway)
      gateway.connected = socket => {
        own(socket)
        connected.resolve(socket)
      }
      const client = dial().resume()
      const socket = await connected.promise
      const request = 'GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'
      client.write(request)
      await until(() => told.length === 1, 'the first is over')
      const before = socket.listenerCount('close')
      client.write(request.repeat(20))
      await until(() => told.length === 21, 'all are over')
      assert.is(socket.listenerCount('close'), before)
      process.off('warning', warned)
      assert.not.ok(warnings.some(({ name }) => name === 'MaxListenersExceededWarning'))
      client.destroy()
    },
  )
})

test.run()
