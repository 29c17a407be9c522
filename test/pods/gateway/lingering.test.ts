// Clients that are answered while they still send: nobody loses the answer.
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import type { Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readAll, standing } from './standing.ts'
import { standingSecure } from './standing-secure.ts'

/** More than what lies between two processes without being read. */
const body = 'b'.repeat(8_000_000)

/** Writes all of it before it reads anything. */
async function askStubbornly(at: { dial(): Socket }, text: string): Promise<string> {
  const client = at.dial().pause()
  const failed = new Promise<never>((_, reject) => client.on('error', reject))
  const written = new Promise<void>(resolve => client.write(text, 'latin1', () => resolve()))
  await Promise.race([written, failed])
  const read = readAll(client)
  client.resume().end()
  return await read
}

test('whoever sends all of a request before it reads the answer gets that, though it was answered early and the connection ends', async () => {
  const answer = (_: unknown, response: { end(text: string): void }) => response.end('answered early')
  const asked: Record<string, [first: string, lines: string, status: number]> = {
    'a pod that answers, and a client that wants no more': ['PUT / HTTP/1.1', 'Connection: close\r\n', 200],
    'a pod that answers HTTP/1.0': ['PUT / HTTP/1.0', '', 200],
    'a pod that does not say that it wants the body': ['PUT / HTTP/1.1', 'Expect: 100-continue\r\n', 200],
    'a request that is refused': ['PUT /../a HTTP/1.1', '', 400],
    'a request of HTTP/1.0 for nobody': ['PUT http://nobody/ HTTP/1.0', 'Host: nobody\r\n', 404],
  }
  await standing(answer, async at => {
    at.pod.on('checkContinue', answer)
    for (const [what, [first, lines, status]] of Object.entries(asked)) {
      const host = lines.includes('Host') ? '' : 'Host: example.com\r\n'
      const head = `${first}\r\n${host}${lines}Content-Length: ${body.length}\r\n\r\n`
      const got = await askStubbornly(at, head + body)
      assert.match(got, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*(?:answered early|\\(request .*\\)\n)$`), what)
    }
  })
})

test('a client whose body is too large, which it shows only by sending it, is told so as a whole', async () => {
  await standing(
    request => void request.resume(),
    async at => {
      const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      for (const line of ['Connection: close', 'Trailer: X-Sum\r\nConnection: close']) {
        const head = `PUT / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n${line}\r\n\r\n`
        assert.match(await askStubbornly(at, head + chunk), /^HTTP\/1\.1 413 [\s\S]*more than 1000000 bytes.*\n$/, line)
      }
    },
    { maxBody: '1000000' },
  )
})

test('a client that goes on to send what is no request reads why, by HTTP and by TLS', async () => {
  const long = 'a'.repeat(20_000)
  const sent: Record<string, [lines: string, status: number, code: string, text: RegExp]> = {
    'a header that is none': ['Bad Header: 1', 400, 'bad_request', /Invalid header token/],
    'too many headers': [`A: ${long}`, 431, 'headers_too_large', /too many headers/],
    'two lengths': ['Content-Length: 1', 400, 'bad_request', /Content-Length/],
    'a chunk that is none': ['Transfer-Encoding: chunked', 400, 'bad_request', /chunk/i],
    'trailers that are none': [
      'Transfer-Encoding: chunked\r\n\r\n0\r\nBad Trailer: 1',
      400,
      'bad_request',
      /Invalid header/,
    ],
  }
  const check = async (dial: () => Socket) => {
    for (const [what, [lines, status, code, text]] of Object.entries(sent)) {
      const length = lines.startsWith('Transfer') ? '' : `Content-Length: ${body.length}\r\n`
      const head = `PUT / HTTP/1.1\r\nHost: example.com\r\n${length}${lines}\r\n\r\n`
      const got = await askStubbornly({ dial }, head + body)
      assert.match(got, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*x-p8a-error: ${code}\r\n`), what)
      assert.match(got, /\r\nconnection: close\r\n/i)
      assert.match(got, text)
      assert.match(got, /\(request [\w-]+\)\n$/)
    }
  }
  const never = () => {}
  await standing(never, at => check(() => at.dial()))
  await standingSecure(never, at => check(() => at.secureDial()))
})

test('what is no request after one that was answered early is told so', async () => {
  await standing(
    (_, response) => response.end('answered early'),
    async at => {
      const client = at.dial()
      client.write('PUT / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 4\r\n\r\n')
      await new Promise(resolve => client.once('data', resolve))
      client.write('bodyGET / HTTP/1.1\r\nBad Header: 1\r\n\r\n')
      assert.match(await readAll(client), /HTTP\/1\.1 400 /)
    },
  )
})

test('a body that turns out to be none after its request was answered gets no second answer', async () => {
  await standing(
    (_, response) => response.end('answered early'),
    async at => {
      const head = 'PUT / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n'
      const client = at.dial()
      client.write(head)
      let got = ''
      const answered = new Promise<void>(resolve => {
        client.on('data', part => {
          got += String(part)
          if (got.includes('answered early')) resolve()
        })
      })
      await answered
      client.end('no length\r\n')
      await once(client, 'close')
      assert.is(got.match(/HTTP\/1\.1 /g)?.length, 1)
    },
  )
})

test('a request before what is none is answered first', async () => {
  await standing(
    ({ url }, response) => response.end(`answered ${url}`),
    async at => {
      const got = await askStubbornly(
        at,
        `GET /first HTTP/1.1\r\nHost: example.com\r\n\r\nGET /second HTTP/1.1\r\nBad Header: 1\r\n\r\n${body}`,
      )
      assert.equal(got.match(/^HTTP\/1\.1 \d+|answered .*?(?=HTTP)/gm), ['HTTP/1.1 200', 'answered /first'])
      assert.match(got, /answered \/firstHTTP\/1\.1 400 /)
      assert.equal(
        at.told.map(({ path, status }) => [path, status]),
        [['/first', 200]],
      )
    },
  )
})

test('what follows the last request of a connection is no request, also while its body is still read', async () => {
  await standing(
    (_, response) => response.end('answered early'),
    async at => {
      const head = `PUT / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`
      const got = await askStubbornly(at, `${head}${body}GET /second HTTP/1.1\r\nHost: example.com\r\n\r\n`)
      assert.is(got.match(/^HTTP\/1\.1 /gm)?.length, 1)
      assert.equal(
        at.told.map(({ path }) => path),
        ['/'],
      )
    },
  )
})

test('a client of HTTP/2 that is answered early sends the rest, however large, without harm to the answer', async () => {
  await standingSecure(
    (_, response) => response.end('answered early'),
    async at => {
      const session = connectHttp2('https://example.com', {
        createConnection: () => at.secureDial({ ALPNProtocols: ['h2'] }),
      })
      const stream = session.request({ ':method': 'PUT', ':path': '/', ':authority': 'example.com' })
      let got = ''
      stream.on('data', part => {
        got += String(part)
      })
      await Promise.all([once(stream, 'response'), once(stream.end(body), 'close')])
      assert.equal([got, stream.rstCode], ['answered early', 0])
      session.close()
    },
    { maxBody: '1000000' },
  )
})

test.run()
