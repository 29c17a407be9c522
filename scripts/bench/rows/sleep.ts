// A pod that sleeps, and who connects to it; and a thousand that sleep.
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { App, Connection } from '../adapters/manager.ts'
import { nowMs, until } from '../clock.ts'
import { cpuMs, memoryOf } from '../processes.ts'
import type { Session } from '../session.ts'
import { alternate } from './alternate.ts'
import type { Row } from './row.ts'

const crowd = 1000
const idleMs = 30_000

export const sleep: Row = {
  id: 'sleep',
  title: 'a pod that sleeps: its first byte, a crowd, and a thousand that sleep',
  how: "The app is a least HTTP server, in CommonJS. It sleeps, and somebody connects and asks: the time until the first byte of the answer. Bare: `spawn('node', ['app.js'])` until the first byte of an answer, asked for as soon as the app says that it listens. Then 1,000 connect at once to one that sleeps: the time until the last is answered, how many are not, and how many runs were started. At last 1,000 pods sleep, each with a port of its own (`--thousand`; not with --quick): memory of the host, its CPU time in 30 s, and the time from SIGKILL of the host until the next one answers that all sleep.",
  figures: [
    { id: 'wake', title: 'asleep, connect → first byte', unit: 'ms', aim: 'at most 0.35×' },
    { id: 'crowd', title: '1,000 connect at once → all answered', unit: 'ms', aim: '' },
    { id: 'crowd-failed', title: 'of these, not answered', unit: 'calls', aim: '0' },
    { id: 'crowd-starts', title: 'starts that they made', unit: 'starts', aim: '1' },
    { id: 'asleep-rss', title: '1,000 asleep: RSS of the host', unit: 'MB', aim: 'at most 100 MB' },
    { id: 'asleep-cpu', title: '1,000 asleep, 30 s: CPU of the host', unit: 'ms', aim: 'at most 50 ms' },
    { id: 'asleep-restart', title: '1,000 asleep: host killed → all listed', unit: 'ms', aim: '' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { manager, samples, options } = session
    const app = await session.httpApp('web', 'http-commonjs.js')
    await manager.up([app])
    const connection = await manager.connect?.()
    if (!connection) throw new Error('It has no connection that stays open')
    await connection.startAsleep(app, `127.0.0.1:${app.settings.port}`)
    await wakes(session, { app, connection })
    await firstByte(app)
    const before = await runsOf(connection, app)
    await connection.sleep(app.name)
    await session.rest()
    const startMs = nowMs()
    const answers = await Promise.allSettled(Array.from({ length: crowd }, () => firstByte(app)))
    samples.add('crowd', nowMs() - startMs)
    samples.add('crowd-failed', answers.filter(({ status }) => status === 'rejected').length)
    samples.add('crowd-starts', (await runsOf(connection, app)) - before)
    connection.close()
    if (!options.isQuick) await thousandAsleep(session)
  },
}

async function wakes(session: Session, { app, connection }: { app: App; connection: Connection }): Promise<void> {
  await alternate(session, 'wake', {
    rounds: session.rounds({ full: 25, quick: 6 }),
    bare: async () => {
      const elsewhere = await session.httpApp('bare', 'http-commonjs.js')
      const startMs = nowMs()
      await session.timeUp(elsewhere, () => session.bare.start(elsewhere))
      await firstByte(elsewhere)
      const tookMs = nowMs() - startMs
      await session.bare.stopAll()
      return tookMs
    },
    own: async () => {
      const startMs = nowMs()
      await firstByte(app)
      const tookMs = nowMs() - startMs
      await connection.sleep(app.name)
      await session.rest()
      return tookMs
    },
  })
}

async function thousandAsleep(session: Session): Promise<void> {
  const { manager, samples, options } = session
  const apps = session.apps('http-commonjs.js', options.thousand, 'asleep')
  await manager.add(apps)
  const connection = await manager.connect?.()
  for (const app of apps) await connection?.startAsleep(app, '127.0.0.1:auto')
  connection?.close()
  await delay(3000)
  const before = cpuMs(...manager.daemonPids())
  await delay(idleMs)
  samples.add('asleep-cpu', cpuMs(...manager.daemonPids()) - before)
  samples.add('asleep-rss', memoryOf(...manager.daemonPids()).rssMB)
  for (const pid of manager.daemonPids()) process.kill(pid, 'SIGKILL')
  const killedMs = nowMs()
  await manager.recover()
  const next = await manager.connect?.()
  if (!next) throw new Error('It has no connection that stays open')
  const isListed = async () => {
    const { pods } = (await next.list()) as { pods: { asleepSince?: string }[] }
    return pods.filter(({ asleepSince }) => asleepSince !== undefined).length >= apps.length
  }
  await until(isListed, { what: 'all are listed as asleep', everyMs: 10 })
  samples.add('asleep-restart', nowMs() - killedMs)
  next.close()
}

/** The number of its newest run. */
async function runsOf(connection: Connection, { name }: App): Promise<number> {
  const { runs } = (await connection.status(name)) as { runs: { id: string }[] }
  return Number(runs.at(-1)?.id.split('.').at(-1) ?? 0)
}

/** @throws what the connection fails with */
async function firstByte({ settings }: App): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = http.get({ port: Number(settings.port), host: '127.0.0.1', agent: false }, response => {
    resolve()
    response.resume()
  })
  request.once('error', reject)
  await promise
}
