// Bodies that are larger than what may be held, and connections that are more than usual: memory stays level. More of both, and for longer,
// is tried by `BODY_MB=10000 STREAMS=10000 npm test test/pods/gateway/bodies`.
import { once } from 'node:events'
import http from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { readUntil, type Standing, standing } from './standing.ts'

const { BODY_MB = '300', STREAMS = '500' } = process.env
const parts = Number(BODY_MB) * 16
const streams = Number(STREAMS)
const part = Buffer.alloc(65_536, 'p')
/** What all three sides, which are in this process, may take more than before. */
const mostMB = 160

const megabytes = () => process.memoryUsage().rss / 2 ** 20

/** The most memory that was in use while something was under way, above what was before. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const before = megabytes()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, megabytes())
  }, 20)
  await work().finally(() => clearInterval(timer))
  return peak - before
}

function request(at: Standing, method: string, path: string): http.ClientRequest {
  return http.request({
    port: at.port,
    host: '127.0.0.1',
    agent: false,
    method,
    path,
    headers: { host: 'example.com' },
  })
}

test(`an upload and a download of ${BODY_MB} MB pass with memory level`, async () => {
  await standing(
    async (asked, response) => {
      if (asked.method === 'PUT') {
        let bytes = 0
        for await (const each of asked) bytes += (each as Buffer).length
        response.end(String(bytes))
        return
      }
      for (let left = parts; left > 0; left -= 1) if (!response.write(part)) await once(response, 'drain')
      response.end()
    },
    async at => {
      const up = await peakOf(async () => {
        const sending = request(at, 'PUT', '/')
        for (let left = parts; left > 0; left -= 1) if (!sending.write(part)) await once(sending, 'drain')
        sending.end()
        const [answer] = (await once(sending, 'response')) as [http.IncomingMessage]
        assert.is(await textOf(answer), String(parts * part.length))
      })
      assert.ok(up < mostMB, `${up.toFixed()} MB more for an upload`)
      const down = await peakOf(async () => {
        const asking = request(at, 'GET', '/').end()
        const [answer] = (await once(asking, 'response')) as [http.IncomingMessage]
        let bytes = 0
        for await (const each of answer) bytes += (each as Buffer).length
        assert.is(bytes, parts * part.length)
      })
      assert.ok(down < mostMB, `${down.toFixed()} MB more for a download`)
      process.stdout.write(`# ${BODY_MB} MB: ${up.toFixed()} MB more for an upload, ${down.toFixed()} for a download\n`)
    },
  )
})

test('whoever does not read makes the other side wait, in both directions', async () => {
  let written = 0
  let asked: http.IncomingMessage | undefined
  await standing(
    async (request, response) => {
      if (request.method === 'PUT') {
        asked = request.pause()
        return
      }
      response.on('error', () => {})
      while (!response.destroyed && written < 2 ** 28) {
        written += part.length
        if (!response.write(part)) await goesOn(response)
      }
    },
    async at => {
      const client = at.dial()
      client.write('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n')
      await once(client, 'readable')
      await stays(() => written)
      assert.ok(written < 2 ** 26, `${written} bytes were taken from the pod`)
      client.destroy()
      const sending = request(at, 'PUT', '/')
      sending.on('error', () => {})
      let sent = 0
      const send = () => {
        do sent += part.length
        while (sending.write(part) && sent < 2 ** 28)
      }
      sending.on('drain', send)
      send()
      await stays(() => sent)
      assert.ok(asked, 'the pod has the request')
      assert.ok(sent < 2 ** 26, `${sent} bytes were taken from the client`)
      sending.destroy()
    },
    { bodyTimeout: '60s' },
  )
})

test(`${streams} event streams and as many idle WebSockets are held at once, and each gets what is for it`, async () => {
  const opened: http.ServerResponse[] = []
  const joined: Socket[] = []
  await standing(
    (_, response) => {
      opened.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: begun\n\n')
    },
    async at => {
      at.pod.on('upgrade', (_request, socket: Socket) => {
        joined.push(socket)
        socket.on('error', () => {})
        socket.resume().once('end', () => socket.end())
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: bytes\r\n\r\n')
      })
      const clients = await inWaves(streams, async () => {
        const client = at.dial()
        client.write('GET /events HTTP/1.1\r\nHost: example.com\r\nAccept: text/event-stream\r\n\r\n')
        await readUntil(client, /begun/)
        return client
      })
      const sockets = await inWaves(streams, async () => {
        const client = at.dial()
        client.write('GET / HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: bytes\r\n\r\n')
        await readUntil(client, /\r\n\r\n$/)
        return client
      })
      const { open = 0, sockets: counted = 0 } = at.gateway.count().pods.web ?? {}
      assert.equal([open, counted], [streams, streams])
      const heard = [...clients, ...sockets].map(client => readUntil(client, /news/))
      for (const response of opened) response.write('data: news\n\n')
      for (const socket of joined) socket.write('news')
      assert.is((await Promise.all(heard)).length, 2 * streams)
      for (const client of [...clients, ...sockets]) client.destroy()
      const left = () => (at.gateway.count().pods.web?.open ?? 0) + (at.gateway.count().pods.web?.sockets ?? 0)
      await until(() => left() === 0, 'all are closed', { everyMs: 5 })
    },
  )
})

/** Resolves once more may be written, or nothing more. */
async function goesOn(response: http.ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.once('drain', resolve).once('close', resolve)
  await promise
  response.off('drain', resolve).off('close', resolve)
}

/** Resolves once a number has not changed for a while. */
async function stays(number: () => number): Promise<void> {
  for (let before = -1; before !== number() || before === 0; ) {
    before = number()
    // That nothing more comes is all there is to see.
    await delay(300)
  }
}

async function inWaves<T>(count: number, one: () => Promise<T>): Promise<T[]> {
  const all: T[] = []
  while (all.length < count)
    all.push(...(await Promise.all(Array.from({ length: Math.min(100, count - all.length) }, one))))
  return all
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  let text = ''
  for await (const each of answer) text += String(each)
  return text
}

test.run()
