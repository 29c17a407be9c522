// A client, and a pod, that break off after each byte of what they send.
import type { Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { podOfBytes, readAll, standing } from './standing.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-A: b\r\n\r\nanswer'
const headEnd = answer.indexOf('\r\n\r\n') + 4

test('Gateway never makes a whole answer of one that breaks off, after whichever byte', async () => {
  await standing(
    () => {},
    async at => {
      let cut = 0
      const serve = (socket: Socket) => socket.once('data', () => socket.end(answer.slice(0, cut)))
      await podOfBytes(at, serve, async () => {
        for (cut = 0; cut < answer.length; cut += 1) {
          const got = await at.get()
          if (cut < headEnd)
            assert.match(got, /^HTTP\/1\.1 502 [\s\S]*x-p8a-error: pod_broke_off/, `after ${cut} bytes`)
          else assert.is(got.slice(got.indexOf('\r\n\r\n') + 4), answer.slice(headEnd, cut), `after ${cut} bytes`)
        }
        assert.match(await at.get(), /\r\n\r\nanswer$/)
      })
    },
  )
})

test('Gateway answers for a pod that accepts no connection, lives on, and reaches the next one that does', async () => {
  await standing(
    () => {},
    async at => {
      await podOfBytes(
        at,
        socket => socket.on('data', () => socket.write(answer)),
        async () => {
          const web = at.pods.get('web')
          const [port] = web?.ports ?? []
          if (!web || !port) throw new Error('no pod')
          // Nobody listens at port 1.
          at.pods.set('web', { ...web, ports: [{ ...port, port: 1 }] })
          at.gateway.changed()
          const all = await Promise.all([at.get(), at.get('/', { Expect: '100-continue' }), at.get()])
          for (const got of all) assert.match(got, /^HTTP\/1\.1 502 [\s\S]*x-p8a-error: pod_broke_off/)
          at.pods.set('web', web)
          at.gateway.changed()
          assert.match(await at.get(), /\r\n\r\nanswer$/)
        },
      )
    },
  )
})

test('Gateway gives no client what a pod sends beyond its answer', async () => {
  await standing(
    () => {},
    async at => {
      const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
      await podOfBytes(
        at,
        socket => socket.on('data', () => socket.write(`${answer}${second}`)),
        async () => {
          const client = at.dial()
          const head = 'GET / HTTP/1.1\r\nHost: example.com\r\n'
          client.write(`${head}\r\n${head}\r\n${head}Connection: close\r\n\r\n`)
          const all = await readAll(client)
          assert.is(all.match(/answer/g)?.length, 3)
          assert.not.match(all, /poison/)
        },
      )
    },
  )
})

test('Gateway lives on, whatever no answer may have, and to whomever', async () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer'
  const odd = {
    hints: `HTTP/1.1 103 Early Hints\r\nLink: none\r\n\r\n${ok}`,
    reason: ok.replace('OK', 'O\x07K\x80'),
    status: ok.replace('200', '099'),
    header: ok.replace('\r\n\r\n', '\r\nX-A: \x07\r\n\r\n'),
    trailers:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n6\r\nanswer\r\n0\r\nX-T: \x80\x07\r\n\r\n',
    switching: 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  }
  await standing(
    () => {},
    async at => {
      let now = ''
      const serve = (socket: Socket) => socket.once('data', () => socket.end(Buffer.from(now, 'latin1')))
      await podOfBytes(at, serve, async () => {
        for (const [what, text] of Object.entries(odd)) {
          now = text
          const ways = [{}, { Expect: '100-continue' }, { Connection: 'upgrade', Upgrade: 'x' }]
          for (const headers of ways) {
            const got = await at.get('/', headers as Record<string, string>)
            const isWhole = /^HTTP\/1\.1 200 [\s\S]*\banswer(\r\n|$)/.test(got)
            const isBrokenOff = got === '' || (/: chunked\r\n/.test(got) && !got.endsWith('\r\n0\r\n\r\n'))
            const isRefused = /^HTTP\/1\.1 502 [\s\S]*pod_broke_off/.test(got)
            const isSwitched = what === 'switching' && got.startsWith('HTTP/1.1 101 ')
            assert.ok(isWhole || isBrokenOff || isRefused || isSwitched, `${what}: ${got}`)
          }
          now = ok
          assert.match(await at.get('/', { Trailer: 'X-T' }), /\r\n\r\nanswer$/, `after ${what}`)
        }
      })
    },
  )
})

test('Gateway lets go of all that a client asked for at once when it leaves, also of what had to wait', async () => {
  let open = 0
  await standing(
    (asked, response) => {
      open += 1
      response.once('close', () => {
        open -= 1
      })
      if (asked.url === '/never') response.write('begun')
      else response.write('x'.repeat(1_000_000))
    },
    async ({ dial, gateway }) => {
      const client = dial()
      const head = 'Host: example.com\r\n\r\n'
      client.write(`GET /never HTTP/1.1\r\n${head}GET /a HTTP/1.1\r\n${head}GET /b HTTP/1.1\r\n${head}`)
      await until(() => open === 3, 'the pod has all of them')
      client.destroy()
      await until(() => open === 0, 'the pod has none of them')
      assert.is(gateway.count().pods.web?.open, 0)
    },
  )
})

test('Gateway goes on, and lets go of the pod, when its client leaves after whichever byte of a request', async () => {
  const request = 'POST /x HTTP/1.1\r\nHost: example.com\r\nContent-Length: 4\r\n\r\nbody'
  let open = 0
  await standing(
    (asked, response) => {
      open += 1
      response.once('close', () => {
        open -= 1
      })
      asked.resume()
      if (asked.method === 'GET') response.end('ok')
    },
    async at => {
      for (let cut = 1; cut <= request.length; cut += 1) {
        const client = at.dial()
        client.on('error', () => {})
        client.write(request.slice(0, cut), () => client.destroy())
        await new Promise(resolve => client.once('close', resolve))
      }
      assert.match(await at.get(), /ok$/)
      while (open > 0) await new Promise(setImmediate)
    },
  )
})

test('Gateway closes the connection of a client that goes on after what was refused', async () => {
  await standing(
    (_, response) => response.end('ok'),
    async ({ raw }) => {
      const smuggled = 'GET /inner HTTP/1.1\r\nHost: example.com\r\n\r\n'
      const got = await raw(`GET / HTTP/1.1\r\nHost: example.com\r\nHost: other.com\r\n\r\n${smuggled}`)
      assert.is(got.match(/HTTP\/1\.1/g)?.length, 1)
      assert.match(got, /^HTTP\/1\.1 400/)
    },
  )
})

test.run()
