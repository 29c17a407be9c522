// Clients that ask over and over: over connections that are kept and over new ones, with bodies and without.
import { once } from 'node:events'
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'

export type Counted = { served: number; failed: string[]; versions: Set<number> }

export type Load = {
  /** Ends it, once all that is under way was answered. */
  end(): Promise<Counted>
}

export function loadOn(port: number): Load {
  const counted: Counted = { served: 0, failed: [], versions: new Set() }
  const kept = new Agent({ keepAlive: true })
  let isOver = false
  const client = async (options: RequestOptions) => {
    while (!isOver) {
      try {
        const text = await ask(port, options)
        counted.served++
        if (options.method !== 'POST') counted.versions.add((JSON.parse(text) as { version: number }).version)
      } catch (error) {
        counted.failed.push(String((error as NodeJS.ErrnoException).code ?? error))
      }
    }
  }
  const ways = [{ agent: kept }, { agent: false as const }]
  const clients = Promise.all(ways.flatMap(way => [client(way), client({ ...way, method: 'POST' })]))
  return {
    end: async () => {
      isOver = true
      await clients
      kept.destroy()
      return counted
    },
  }
}

/** @returns the body of the answer. @throws what the connection failed with, or what was answered instead */
export async function ask(port: number, options: RequestOptions = {}): Promise<string> {
  const sent = 'sent '.repeat(100)
  const asked = request({ port, host: '127.0.0.1', headers: { 'content-type': 'text/plain' }, ...options })
  asked.end(options.method === 'POST' ? sent : undefined)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  const isRight = response.statusCode === 200 && (options.method !== 'POST' || text === sent)
  if (!isRight) throw new Error(`answered ${response.statusCode}`)
  return text
}
