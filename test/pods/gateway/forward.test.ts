// What comes of a request and its answer between a client and a pod that writes bytes as it likes.
import type { Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { podOfBytes, readUntil, standing } from './standing.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const head = 'Host: example.com\r\n\r\n'
const answersNothing = () => {}

test('forward() gives the client the head of an answer as soon as it is there, also after an interim one', async () => {
  const hinted = Promise.withResolvers<void>()
  const serve = (socket: Socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'))
    void hinted.promise.then(() => socket.write('HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\n'))
  }
  await standing(answersNothing, async at => {
    await podOfBytes(at, serve, async () => {
      const client = at.dial()
      client.write(`GET / HTTP/1.1\r\n${head}`)
      await readUntil(client, /103 [\s\S]*\r\n\r\n/)
      hinted.resolve()
      await readUntil(client, /X-A: b\r\n[\s\S]*\r\n\r\n$/)
      client.destroy()
    })
  })
})

test('forward() bounds the hints that it hands on, and gives none to a client of HTTP/1.0', async () => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
  const serve = (socket: Socket) => socket.on('data', () => socket.write(hint.repeat(100) + ok))
  await standing(answersNothing, async at => {
    await podOfBytes(at, serve, async () => {
      assert.is((await at.get()).match(/Early Hints/g)?.length, 32)
      assert.match(await at.raw('GET / HTTP/1.0\r\nHost: example.com\r\n\r\n'), /^HTTP\/1\.1 200 [\s\S]*ok$/)
    })
  })
})

test('forward() tells a client that has left as that, and as no fault of the pod', async () => {
  const asked = Promise.withResolvers<void>()
  await standing(
    () => asked.resolve(),
    async ({ dial, told }) => {
      const client = dial()
      client.write(`GET / HTTP/1.1\r\n${head}`)
      await asked.promise
      client.destroy()
      await until(() => told.length === 1, 'it is told', { everyMs: 1 })
      assert.equal([told[0]?.status, told[0]?.error], [499, undefined])
    },
  )
})

test('forward() asks once more where a kept connection turns out to be closed, unless that could do a thing twice', async () => {
  let isRead = false
  let isKept = false
  let asked = 0
  const serve = (socket: Socket) => {
    let count = 0
    socket.on('data', bytes => {
      if (String(bytes) === 'body') return
      asked += 1
      count += 1
      isKept ||= count === 2
      if (count === 1) socket.write(ok)
      else if (isRead) socket.end()
      else socket.resetAndDestroy()
    })
  }
  await standing(answersNothing, async at => {
    await podOfBytes(at, serve, async () => {
      const statusOf = async (method: string, body = ''): Promise<string> => {
        await at.get()
        asked = 0
        isKept = false
        const lines = `Host: example.com\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`
        const got = await at.raw(`${method} / HTTP/1.1\r\n${lines}\r\n${body}`)
        // A connection that was idle for too long meanwhile was not kept.
        return isKept ? got.slice(9, 12) : await statusOf(method, body)
      }
      for (const method of ['GET', 'DELETE']) assert.equal([await statusOf(method), asked], ['200', 2], method)
      assert.equal([await statusOf('POST'), asked], ['502', 1])
      assert.equal([await statusOf('PUT', 'body'), asked], ['502', 1])
      // The pod has read the request before it ends.
      isRead = true
      assert.equal([await statusOf('GET'), asked], ['502', 1])
    })
  })
})

test('forward() says that there is no body where there could be one, and hands on no trailer that would change a message', async () => {
  let got = ''
  const trailers = 'Host: b\r\nContent-Type: d\r\nX-Sum: 1\r\n'
  const serve = (socket: Socket) =>
    socket.on('data', bytes => {
      got += bytes.toString('latin1')
      if (!(/^transfer-encoding/im.test(got) ? /\r\n0\r\n[\s\S]*\r\n\r\n$/ : /\r\n\r\n$/).test(got)) return
      socket.write(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 9\r\n${trailers}\r\n`,
      )
    })
  await standing(answersNothing, async at => {
    await podOfBytes(at, serve, async () => {
      const lines = 'Host: example.com\r\nConnection: close\r\n'
      for (const method of ['GET', 'POST']) {
        got = ''
        assert.match(await at.raw(`${method} / HTTP/1.1\r\n${lines}\r\n`), /\r\n0\r\nX-Sum: 1\r\n\r\n$/)
        assert.equal(got.match(/^content-length: .*$/gm) ?? [], method === 'GET' ? [] : ['content-length: 0'], method)
      }
      got = ''
      const body = `1\r\na\r\n0\r\n${trailers}X-Forwarded-For: 1.2.3.4\r\nX_Sum: 2\r\n\r\n`
      await at.raw(`POST / HTTP/1.1\r\n${lines}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)
      assert.match(got, /\r\n0\r\nX-Sum: 1\r\n\r\n$/)
    })
  })
})

test.run()
