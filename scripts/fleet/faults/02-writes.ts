// Servers of an engine are killed, one, two and all of them, while four clients write: what was acknowledged is kept, what was not told is found by
// reading it back, and all servers keep the same in the end.
import { setTimeout as delay } from 'node:timers/promises'
import { NatsEngine } from '../../../pods/fleet/nats/engine.ts'
import { stateOf } from '../../../pods/fleet/security/rights.ts'
import { until } from '../../../test/until.ts'
import type { Engines } from '../trial/engines.ts'
import type { Trial } from '../trial/trial.ts'

export const title = 'no write that was acknowledged is lost while servers are killed, and all servers keep the same'
export const boundMs = 400_000

const clients = ['a', 'b', 'c', 'd']
const [fleet, timeoutMs] = ['writes', 2000]

/** Of the writes of one client, by their keys: what was told of them. */
type Told = { acknowledged: Set<string>; unknown: Set<string>; refused: number }

export async function run(t: Trial): Promise<void> {
  const { engines, urls } = await t.engines()
  const opened = clients.map(host => new NatsEngine({ servers: urls, fleet, host, replicas: 3, timeoutMs }))
  try {
    await Promise.all(opened.map(async engine => await engine.open()))
    await until(() => opened.every(engine => engine.isUp), 'all clients have the engine', { forMs: 60_000 })
    const endMs = performance.now() + 60_000
    const writing = Promise.all(opened.map(async (engine, at) => await write(engine, clients[at] ?? '', endMs)))
    let kills = 0
    while (performance.now() < endMs) {
      const gone = t.chance.weighted({ 1: 3, 2: 2, 3: 1 })
      const killed = engines.names.toSorted(() => t.chance.next() - 0.5).slice(0, Number(gone))
      for (const name of killed) await engines.kill(name)
      kills += killed.length
      await delay(t.chance.between(200, 3000))
      for (const name of killed) await engines.start(name)
      await delay(t.chance.between(4000, 8000))
    }
    const told = await writing
    await engines.ready(urls)
    t.measure('writes in a minute, with servers killed', `${countsOf(told)}; ${kills} kills`)
    await check(t, opened[0] as NatsEngine, told)
    await same(t, engines, urls)
  } finally {
    await Promise.all(opened.map(async engine => await engine.close()))
  }
}

async function write(engine: NatsEngine, client: string, endMs: number): Promise<Told> {
  const told: Told = { acknowledged: new Set(), unknown: new Set(), refused: 0 }
  for (let at = 0; performance.now() < endMs; at++) {
    const key = `${client}.${at}`
    const outcome = await engine.state.put(key, Buffer.from(key), 'absent')
    if (outcome.ok) told.acknowledged.add(key)
    else if (outcome.why === 'unavailable') {
      told.refused++
      await delay(100)
    }
    // A try that was done before is found to be there by the next one.
    else told.unknown.add(key)
  }
  return told
}

const countsOf = (told: readonly Told[]): string => {
  const all = (count: (one: Told) => number) => told.reduce((sum, one) => sum + count(one), 0)
  const [acknowledged, unknown] = [all(one => one.acknowledged.size), all(one => one.unknown.size)]
  return `${acknowledged} acknowledged, ${unknown} without an outcome, ${all(one => one.refused)} refused`
}

async function check(t: Trial, engine: NatsEngine, told: readonly Told[]): Promise<void> {
  const isThere = async (key: string) =>
    await until(
      async () => {
        const found = await engine.state.get(key)
        return found.ok && { is: Buffer.from(found.value?.value ?? '').toString() === key }
      },
      `${key} is read`,
      { forMs: 60_000 },
    )
  const acknowledged = told.flatMap(one => [...one.acknowledged])
  if (acknowledged.length < 100)
    throw new Error(`only ${acknowledged.length} writes were acknowledged: this tries nothing`)
  for (const key of acknowledged) if (!(await isThere(key)).is) throw new Error(`${key} was acknowledged, and is lost`)
  let done = 0
  for (const key of told.flatMap(one => [...one.unknown])) if ((await isThere(key)).is) done++
  t.measure('writes without an outcome that were done, as reading them back says', String(done))
}

/** Each server by itself, with what it has. */
async function same(t: Trial, engines: Engines, urls: readonly string[]): Promise<void> {
  const stream = `KV_${stateOf(fleet)}`
  const kept: string[] = []
  for (const name of engines.names) {
    const found = await engines.keptBy(name, { urls, stream })
    t.say(`${name} keeps ${found.length} values`)
    kept.push(found.join('\n'))
  }
  const [first = '', ...others] = kept
  if (others.some(other => other !== first)) throw new Error('the servers do not keep the same')
  t.measure('values that each of the three servers keeps, the same', String(first.split('\n').length))
}
