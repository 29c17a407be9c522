// What it costs a host to be watched: an events reader, a scrape now and then, an open page.
import { once } from 'node:events'
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { View } from '../adapters/manager.ts'
import { nowMs } from '../clock.ts'
import { cpuMs } from '../processes.ts'
import type { Row } from './row.ts'

const windowMs = 30_000
const quickWindowMs = 15_000
const scrapeMs = 15_000

/** Who looks while it is measured; each returns what ends it. */
const lookers: Readonly<Record<string, (view: View) => Promise<() => void>>> = {
  none: async () => () => {},
  events: async view => await reading(view),
  scrape: async view => {
    const timer = setInterval(() => void scrape(view), scrapeMs)
    await scrape(view)
    return () => clearInterval(timer)
  },
  page: async view => await watching(view),
}

export const seen: Row = {
  id: 'seen',
  title: '50 idle apps that are watched; a scrape of 1,000',
  how: 'CPU time, user and system, that the host uses in 30 s with 50 idle apps, as in `idle`, while nobody looks, while a client reads `GET /events`, while `GET /metrics` is asked every 15 s, and while a client does what an open page does (`host.watch`, and `pod.usage` every 30 s). With --quick it lasts 15 s and the figure is doubled. Then the time of one scrape, after two, with these apps, and with 950 more that are pushed and not started (`--thousand`).',
  figures: [
    { id: 'none', title: '50 idle apps, 30 s: CPU of the host', unit: 'ms', aim: '' },
    { id: 'events', title: 'the same with a reader of events', unit: 'ms', aim: '' },
    { id: 'scrape', title: 'the same with a scrape every 15 s', unit: 'ms', aim: '' },
    { id: 'page', title: 'the same with an open page', unit: 'ms', aim: '' },
    { id: 'scrape-50', title: 'a scrape with 50 pods', unit: 'ms', aim: '' },
    { id: 'scrape-1000', title: 'a scrape with 1,000 pods', unit: 'ms', aim: 'under 50 ms' },
    { id: 'scrape-cpu', title: 'a scrape with 1,000 pods: CPU of the host', unit: 'ms', aim: '' },
  ],
  isFor: manager => manager.view !== undefined,
  async measure(session) {
    const { manager, samples, options } = session
    const apps = session.apps('idle.js', 50)
    await manager.up(apps)
    await session.allUp(apps, () => manager.startAll(apps))
    const view = manager.view?.()
    if (!view) return
    const hostMs = () => cpuMs(...manager.daemonPids())
    const waitMs = options.isQuick ? quickWindowMs : windowMs
    for (const [who, look] of Object.entries(lookers)) {
      const end = await look(view)
      await delay(3000)
      const beforeMs = hostMs()
      await delay(waitMs)
      samples.add(who, (hostMs() - beforeMs) * (windowMs / waitMs))
      end()
    }
    const rounds = session.rounds({ full: 30, quick: 10 })
    const scrapes = async (told: (tookMs: number, cpu: number) => void) => {
      // The first one loads what makes them, and is the first of each series.
      for (let warm = 0; warm < 2; warm++) await scrape(view)
      for (let round = 0; round < rounds; round++) {
        const [startMs, beforeMs] = [nowMs(), hostMs()]
        await scrape(view)
        told(nowMs() - startMs, hostMs() - beforeMs)
      }
    }
    await scrapes(tookMs => samples.add('scrape-50', tookMs))
    await manager.add(session.apps('idle.js', options.thousand - apps.length, 'more'))
    await scrapes((tookMs, cpu) => {
      samples.add('scrape-1000', tookMs)
      samples.add('scrape-cpu', cpu)
    })
  },
}

async function scrape({ port, token }: View): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`GET /metrics: ${response.status}`)
}

async function reading({ port, token }: View): Promise<() => void> {
  const headers = { authorization: `Bearer ${token}` }
  const request = http.get({ host: '127.0.0.1', port, path: '/events', headers })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.resume()
  return () => request.destroy()
}

/** A connection that does what a page does. */
async function watching({ port, token }: View): Promise<() => void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  let id = 0
  const ask = (method: string, params: object) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }))
  await once(socket, 'open')
  ask('host.auth', { token })
  await once(socket, 'message')
  ask('host.watch', { within: true })
  ask('pod.usage', {})
  const timer = setInterval(() => ask('pod.usage', {}), 30_000)
  return () => {
    clearInterval(timer)
    socket.close()
  }
}
