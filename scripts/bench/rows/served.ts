// Requests to apps on a port that their manager holds.
import { freePort } from '../free-port.ts'
import { load } from '../load.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

export const served: Row = {
  id: 'served',
  title: 'requests to an app on a held port',
  how: 'A server of `node:http` answers some bytes. 32 clients in a process of their own ask over connections that are kept, each again once it was answered, for 3 s (with --quick 1 s): one run beside bare Node, two runs beside two workers of `node:cluster`, and a pod that exports `fetch` beside the server of bare Node. Then one of two and of four runs blocks its event loop for a second, and the 99th percentile of all answers within 3 s is taken, beside as many workers of `node:cluster`. Last, 10,000 new connections (with --quick 2,000), 100 at a time, to four runs: the share of the busiest, where 25 % is even. PM2 cluster stands beside it.',
  figures: [
    { id: 'one', title: 'requests a second', unit: 'requests', aim: 'at least 1.0×' },
    { id: 'two', title: 'requests a second, two runs', unit: 'requests', aim: 'at least 1.1×' },
    { id: 'fetch', title: 'requests a second to `fetch`', unit: 'requests', aim: 'at least 0.7×' },
    { id: 'p99-two', title: 'two runs, one blocked for 1 s: 99th percentile', unit: 'ms', aim: 'at most 1.0×' },
    { id: 'p99-four', title: 'four runs, one blocked for 1 s: 99th percentile', unit: 'ms', aim: 'at most 1.0×' },
    { id: 'balance', title: 'busiest of four runs: share of connections', unit: '%', aim: 'at most 35 %' },
  ],
  isFor: manager => manager.serve !== undefined,
  async measure(session) {
    const { isQuick } = session.options
    const forMs = isQuick ? 1000 : 3000
    const asking = { connections: 32, warmMs: forMs, forMs }
    const perSecond = async (port: number) =>
      (await load<{ perSecond: number }>(session, port, 'throughput', asking)).perSecond
    const p99 = async (port: number) =>
      (await load<{ p99: number }>(session, port, 'latency', { ...asking, forMs: 3000 })).p99
    await session.manager.up([])
    const turns = session.rounds({ full: 5, quick: 2 })
    await compare(session, { id: 'one', file: 'served.mjs', scale: 1, turns }, perSecond)
    await compare(session, { id: 'two', file: 'served.mjs', scale: 2, turns }, perSecond)
    if (session.manager.servesFetch)
      await compare(session, { id: 'fetch', file: 'fetched.mjs', scale: 1, turns }, perSecond)
    await compare(session, { id: 'p99-two', file: 'served.mjs', scale: 2, turns }, p99)
    await compare(session, { id: 'p99-four', file: 'served.mjs', scale: 4, turns }, p99)
    const count = isQuick ? 2000 : 10_000
    await compare(session, { id: 'balance', file: 'served.mjs', scale: 4, turns: 1 }, async port => {
      return 100 * (await load<{ share: number }>(session, port, 'balance', { count })).share
    })
  },
}

type Compared = { id: string; file: string; scale: number; turns: number }

/** Both are up for all the turns, and rest while the other one is asked. */
async function compare(
  session: Session,
  { id, file, scale, turns }: Compared,
  ask: (port: number) => Promise<number>,
): Promise<void> {
  const { manager, bare, samples } = session
  const [port, barePort] = [await freePort(), await freePort()]
  const app = session.app(file, id, { port: `${port}` })
  const isCluster = scale > 1
  const bareApp = session.app(isCluster ? 'clustered.mjs' : 'served.mjs', `bare-${id}`, {
    port: `${barePort}`,
    workers: `${scale}`,
  })
  await manager.add([app])
  await session.timeUp(app, () => manager.serve?.(app, { port, scale }))
  await session.timeUp(bareApp, () => bare.start(bareApp))
  for (let turn = 0; turn < turns; turn++) {
    samples.addBare(id, await ask(barePort))
    samples.add(id, await ask(port))
  }
  await bare.stopAll()
  await manager.stop(app)
}
