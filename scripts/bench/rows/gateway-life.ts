// What only a gateway that knows its pods does: it wakes them, and loses nothing while they, and it, are reloaded.
import http from 'node:http'
import type { App } from '../adapters/manager.ts'
import { nowMs } from '../clock.ts'
import { loadDuring } from '../load.ts'
import type { Session } from '../session.ts'
import { alternate } from './alternate.ts'
import { fronted } from './fronted.ts'
import type { Row } from './row.ts'

export const gatewayLife: Row = {
  id: 'gateway-life',
  among: 'proxies',
  title: 'a pod that is woken through the gateway, and reloads under load',
  how: "A pod sleeps, and somebody asks the gateway for it: the time until the first byte of the answer. Bare: `spawn('node', ['app.js'])` until the first byte of an answer, asked for as soon as the app says that it listens. Then 1,000 requests a second (with --quick 300) go through the gateway, over connections that are kept and over new ones, with bodies and without, 100,000 in all (with --quick 2,000), while the pod is reloaded 20 times and the gateway 5 times (with --quick 3 and 2).",
  figures: [
    { id: 'wake', title: 'asleep, asked through the gateway → first byte', unit: 'ms', aim: 'at most 0.4×' },
    { id: 'reloads', title: 'failed over 20 reloads of the pod and 5 of the gateway', unit: 'requests', aim: '0' },
  ],
  isFor: manager => manager.front !== undefined && manager.connect !== undefined,
  async measure(session) {
    const { manager, samples, options } = session
    const { app, own } = await fronted(session)
    await wakes(session, own.port)
    const [ofPod, ofGateway] = options.isQuick ? [3, 2] : [20, 5]
    const [perSecond, count] = options.isQuick ? [300, 2000] : [1000, 100_000]
    const work = async () => {
      for (let done = 0; done < ofPod; done++) {
        await manager.reload?.(app)
        if (done < ofGateway) await manager.reload?.({ ...app, name: 'gateway' })
      }
    }
    samples.add('reloads', (await loadDuring(session, own.port, { perSecond, count, host: 'localhost' }, work)).failed)
  },
}

async function wakes(session: Session, gatewayPort: number): Promise<void> {
  const { manager, bare } = session
  const sleeper = await session.httpApp('sleeper', 'http-commonjs.js')
  await manager.add([sleeper])
  const connection = await manager.connect?.()
  if (!connection) throw new Error('It has no connection that stays open')
  await connection.startAsleep(sleeper, `127.0.0.1:${portOf(sleeper)}`)
  const ask = () => firstByte(gatewayPort, 'sleeper.localhost')
  await ask()
  await connection.sleep(sleeper.name)
  await session.rest()
  await alternate(session, 'wake', {
    rounds: session.rounds({ full: 25, quick: 6 }),
    bare: async () => {
      const elsewhere = await session.httpApp('elsewhere', 'http-commonjs.js')
      const startMs = nowMs()
      await session.timeUp(elsewhere, () => bare.start(elsewhere))
      await firstByte(portOf(elsewhere), 'localhost')
      const tookMs = nowMs() - startMs
      process.kill(session.bell.pids(elsewhere.name)[0] ?? 0, 'SIGKILL')
      return tookMs
    },
    own: async () => {
      const startMs = nowMs()
      await ask()
      const tookMs = nowMs() - startMs
      await connection.sleep(sleeper.name)
      await session.rest()
      return tookMs
    },
  })
  connection.close()
}

const portOf = ({ settings }: App) => Number(settings.port)

/** @throws what the connection fails with, and an answer that is none of the app */
async function firstByte(port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = http.get({ port, host: '127.0.0.1', agent: false, headers: { host } }, response => {
    if (response.statusCode === 200) resolve()
    else reject(new Error(`status ${response.statusCode}: ${response.headers['x-p8a-error']}`))
    response.resume()
  })
  request.once('error', reject)
  await promise
}
