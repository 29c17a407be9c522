// Many hosts of a fleet in one process that do no more than each of them does at its engine: they beat, and know all others. Begun by a case of faults, with
// the URLs of the engine, the names of all hosts and how many are here; writes a line once each of them is heard, and knows that all are there.
import { setTimeout as delay } from 'node:timers/promises'
import { Beating } from '../../../pods/fleet/host/beating.ts'
import { Tables } from '../../../pods/fleet/host/tables.ts'
import { NatsEngine } from '../../../pods/fleet/nats/engine.ts'

const { servers, fleet, names, all, beatMs } = JSON.parse(process.argv[2] ?? '{}') as {
  servers: string[]
  fleet: string
  names: string[]
  all: number
  beatMs: number
}
const nowMs = () => performance.now()
const times = { beatMs, fenceMs: beatMs * 4, deadMs: beatMs * 8 }

async function host(name: string): Promise<void> {
  const engine = new NatsEngine({ servers, fleet, host: name, replicas: 3, timeoutMs: 5000 })
  void engine.open()
  const tables = new Tables(nowMs, { host: name, times })
  const session = `${name}-${process.pid}`
  const told = { v: 1 as const, name, id: name, tags: [], memory: 1, p8a: '', pods: {} }
  const tell = () => ({ ...told, atMs: Date.now() })
  const beating = new Beating({ state: engine.state, tell, newSession: () => session, nowMs }, undefined)
  void tables.follow(engine.state, new AbortController().signal)
  const beats = async () => {
    for (;;) {
      if (await beating.beat(0).then(beaten => beaten === 'fenced')) beating.begin()
      await delay(beatMs)
    }
  }
  void beats()
  const isWhole = () =>
    tables.isSynced &&
    beating.takenMs !== undefined &&
    tables.hosts.size === all &&
    [...tables.hosts.keys()].every(other => tables.isAlive(other)) &&
    tables.hosts.get(name)?.record.session === session
  while (!isWhole()) await delay(100)
}

await Promise.all(names.map(host))
process.stdout.write('whole\n')
