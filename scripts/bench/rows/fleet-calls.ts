// Calls between two pods of a fleet, and requests to one through a gateway, on two hosts and on one.
import { fileURLToPath } from 'node:url'
import { until } from '../clock.ts'
import { run } from '../command.ts'
import { BenchFleet } from '../fleet-of.ts'
import { freePort } from '../free-port.ts'
import { load } from '../load.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

const width = 100
const ping = fileURLToPath(new URL('../apps/nats-ping.mjs', import.meta.url))

type Asked = { perSecond: number; p50: number }

type Counts = { one: number; pipelined: number; width: number }

export const fleetCalls: Row = {
  id: 'fleet-calls',
  title: 'calls between two pods of a fleet',
  how: 'One pod of the fleet calls `add(a, b)` of another, one call after the other, and 100 at the same time: both on one host; on two hosts, which ask each other directly; and on two hosts that ask over the engine (`--direct off`). The engine is three servers of NATS. Bare: two Node processes that ask and answer by a message of the same length over one of these servers. Then a gateway of one host brings requests for 1 KB to a pod there, and to one that the other host has: one client over a connection that is kept, and 64. All is on one machine, so that a network takes no time.',
  figures: [
    { id: 'here', title: 'on one host: a call and its answer', unit: 'µs', aim: '' },
    { id: 'latency', title: 'from host to host: a call and its answer', unit: 'µs', aim: '' },
    { id: 'pipelined', title: 'from host to host: calls a second, 100 at a time', unit: 'calls', aim: '' },
    { id: 'engine-latency', title: 'over the engine: a call and its answer', unit: 'µs', aim: '' },
    { id: 'engine-pipelined', title: 'over the engine: calls a second, 100 at a time', unit: 'calls', aim: '' },
    { id: 'request-here', title: 'through a gateway to a pod of its host: a request', unit: 'ms', aim: '' },
    { id: 'request-there', title: 'to a pod of another host: a request', unit: 'ms', aim: '' },
    { id: 'requests-here', title: 'to a pod of its host: requests a second, 64 at a time', unit: 'requests', aim: '' },
    { id: 'requests-there', title: 'to a pod of another host: the same', unit: 'requests', aim: '' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const counts = {
      ...(session.options.isQuick ? { one: 300, pipelined: 3000 } : { one: 2000, pipelined: 10_000 }),
      width,
    }
    await between(session, { counts, way: '', params: {} })
    await between(session, { counts, way: 'engine-', params: { direct: 'off' } })
    await requested(session)
  },
}

async function between(
  session: Session,
  { counts, way, params }: { counts: Counts; way: string; params: Record<string, string> },
): Promise<void> {
  const { samples, env, dir } = session
  await using fleet = await BenchFleet.open(session, { params })
  const [a, b] = [{ on: { tag: 'a' } }, { on: { tag: 'b' } }]
  await fleet.start('called', { file: 'called.mjs', config: b })
  await fleet.start('caller', { file: 'caller.mjs', config: a })
  const call = async (fn: string, ...args: number[]) => await fleet.call(fleet.first, 'caller', { fn, args })
  const bare = {
    program: process.execPath,
    args: [ping, fleet.nats.urls[0] ?? '', JSON.stringify(counts)],
    env,
    cwd: dir,
  }
  for (let round = session.rounds({ full: 5, quick: 3 }); round > 0; round--) {
    const raw = JSON.parse((await run(bare)).output) as { latencyUs: number; pipelined: number }
    samples.addBare(`${way}latency`, raw.latencyUs)
    samples.addBare(`${way}pipelined`, raw.pipelined)
    samples.add(`${way}latency`, ((await call('one', counts.one)) as { latencyUs: number }).latencyUs)
    samples.add(`${way}pipelined`, (await call('pipelined', counts.pipelined, width)) as number)
  }
  if (way !== '') return
  await fleet.first.ask('pod.stop', { name: 'called', path: 'fleet' })
  await fleet.first.ask('pod.start', { name: 'called', path: 'fleet', config: a })
  for (let round = session.rounds({ full: 5, quick: 3 }); round > 0; round--)
    samples.add('here', ((await call('one', counts.one)) as { latencyUs: number }).latencyUs)
}

async function requested(session: Session): Promise<void> {
  const { samples, options } = session
  await using fleet = await BenchFleet.open(session)
  const port = await freePort()
  await fleet.first.ok('push', 'local', 'gateway', 'p8a:gateway')
  await fleet.first.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${port}`)
  const ask = async (where: string, connections: number, count: number) =>
    await load<Asked>(session, port, 'closed', { path: `/${where}`, connections, count }, 'clients.mjs')
  const places = [
    ['here', 'a'],
    ['there', 'b'],
  ] as const
  const count = options.isQuick ? 2000 : 20_000
  for (const [where, tag] of places) {
    await fleet.start(where, { file: 'routed.mjs', config: { on: { tag }, route: `localhost/${where}` } })
    const isReached = async () => (await fetch(`http://localhost:${port}/${where}`).catch(() => undefined))?.ok === true
    await until(isReached, { what: 'it is reached' })
    await ask(where, 64, count)
  }
  for (let round = session.rounds({ full: 5, quick: 3 }); round > 0; round--) {
    for (const [where] of places) {
      samples.add(`request-${where}`, (await ask(where, 1, count / 10)).p50)
      samples.add(`requests-${where}`, (await ask(where, 64, count)).perSecond)
    }
  }
}
