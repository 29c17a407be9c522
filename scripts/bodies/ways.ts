// Clients that send and get large bodies, by HTTP/1.1 and by HTTP/2. Nothing is held: what is slow makes the rest wait.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { type ClientHttp2Stream, connect } from 'node:http2'
import type { Readable, Writable } from 'node:stream'

/** SHA-256 of what one end has sent, and of what the other one has got. */
export type Hashes = { sent: string; got: string }

/** Both take a number of megabytes. */
export type Way = {
  name: string
  up(count: number): Promise<Hashes>
  down(count: number): Promise<Hashes>
}

const host = 'bodies.test'

export function http1(port: number): Way {
  const ask = (method: string, path: string) =>
    http.request({ host: '127.0.0.1', port, method, path, agent: false, headers: { host } })
  const answerOf = async (asked: http.ClientRequest) => {
    const [answer] = (await once(asked, 'response')) as [http.IncomingMessage]
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
    return answer
  }
  return {
    name: 'HTTP/1.1',
    up: async count => {
      const asked = ask('PUT', '/')
      const answer = answerOf(asked)
      return { sent: await send(asked, count), got: await textOf(await answer) }
    },
    down: async count => {
      const got = await hashOf(await answerOf(ask('GET', `/${count}`).end()))
      return { got, sent: await textOf(await answerOf(ask('GET', '/sent').end())) }
    },
  }
}

export function http2({ port, ca }: { port: number; ca: string }): Way {
  const over = async <T>(
    work: (ask: (method: string, path: string) => ClientHttp2Stream) => Promise<T>,
  ): Promise<T> => {
    const session = connect(`https://${host}`, { host: '127.0.0.1', port, servername: host, ca })
    try {
      return await work((method, path) => session.request({ ':method': method, ':path': path }))
    } finally {
      session.close()
    }
  }
  return {
    name: 'HTTP/2',
    up: async count =>
      await over(async ask => {
        const asked = ask('PUT', '/')
        return { sent: await send(asked, count), got: await textOf(asked) }
      }),
    down: async count =>
      await over(async ask => {
        const got = await hashOf(ask('GET', `/${count}`).end())
        return { got, sent: await textOf(ask('GET', '/sent').end()) }
      }),
  }
}

/** @returns the hash of what was sent */
async function send(to: Writable, count: number): Promise<string> {
  const hash = createHash('sha256')
  const part = randomBytes(2 ** 20)
  for (let at = 0; at < count; at++) {
    part.writeUInt32BE(at)
    hash.update(part)
    await new Promise<void>((written, fail) => to.write(part, error => (error ? fail(error) : written())))
  }
  to.end()
  return hash.digest('hex')
}

async function hashOf(from: Readable): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of from) hash.update(part as Buffer)
  return hash.digest('hex')
}

async function textOf(from: Readable): Promise<string> {
  let text = ''
  for await (const part of from) text += part
  return text
}
