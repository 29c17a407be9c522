// Items of work from several producers, while the host, the queue, the runs of the worker and keepers are killed: each item that was
// acknowledged has to end exactly once, as it is meant to end: done, dead, expired or canceled. One is begun again only where the run that
// had it was killed, and items of a key must not overlap and keep their order.
//   node scripts/chaos/items.ts [--items N] [--producers N] [--everyMs N] [--seed N]
// Exits with 1 where a promise was broken.
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Client } from '../../cli/client/client.ts'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'
import { killKeeper } from './keepers.ts'
import { Chance } from './seed.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '100000' },
    producers: { type: 'string', default: '4' },
    everyMs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
/** How many of a producer are under way at a time. */
const atOnce = 32
/** An item that is not begun and not ended for so long is lost. */
const stuckMs = 180_000
/** So many of these lines have a key of their own: the items of a key are enqueued one after the other. */
const keyed = 5

type Fate = 'done' | 'dead' | 'expired' | 'canceled'

/** How the `n`th item of a producer is meant to end, and what it is enqueued with. */
function fateOf(n: number): { fate: Fate; fn: string; more: object } {
  switch (n % 50) {
    case 7:
      return { fate: 'dead', fn: 'fail', more: { retries: 1 } }
    case 17:
      return { fate: 'expired', fn: 'hang', more: { deadlineMs: 3000 } }
    case 27:
      return { fate: 'expired', fn: 'hang', more: { deadlineMs: 1500, delayMs: 1000 } }
    case 37:
      return { fate: 'canceled', fn: 'work', more: { delayMs: 3_600_000 } }
    default:
      return { fate: 'done', fn: 'work', more: {} }
  }
}

// It has a socket, so that its runs are children of a keeper.
const worker = `import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
export const config = { kind: 'worker', min: 2, max: 3, concurrency: 20, itemRetries: 1000, queueLimit: 10000000, itemBackoff: '10ms', listen: 'unix' }
let file, run
export const work = async id => {
  writeSync(file, 'b ' + id + ' ' + run + '\\n')
  await new Promise(setImmediate)
  writeSync(file, 'e ' + id + '\\n')
}
export const fail = async id => {
  writeSync(file, 'f ' + id + '\\n')
  throw new Error('It always fails')
}
export async function hang(id) {
  writeSync(file, 'h ' + id + '\\n')
  await new Promise(resolve => this.signal.addEventListener('abort', resolve))
}
export default async (params, bus, p8a) => {
  run = p8a.run
  file = openSync(join(p8a.storage, 'journal'), 'a')
}
`

process.exitCode = await main()

async function main(): Promise<number> {
  const [all, producers] = [Number(values.items), Number(values.producers)]
  const chance = new Chance(Number(values.seed))
  const host = new TestHost(asItIs)
  try {
    await host.up()
    await host.ask('pod.push', { name: 'mail', code: worker })
    await host.begin('mail')
    await host.stop('queue')
    const keptItems = String(all * 2)
    await host.begin('queue', { params: { keepDoneItems: keptItems, keepDone: '48h', keepDeadItems: keptItems } })
    const state: Killing = { isOver: false, kills: {}, killedRuns: new Set() }
    const killing = kill(host, chance, state)
    const share = Math.ceil(all / producers)
    const fromMs = performance.now()
    let addedMs = 0
    let counts: Counts = {}
    try {
      await Promise.all(Array.from({ length: producers }, (_, producer) => produce(host, producer, share)))
      addedMs = performance.now() - fromMs
      counts = await drained(host)
    } finally {
      state.isOver = true
      await killing
    }
    const doneMs = performance.now() - fromMs
    // On a machine that is very busy a run may miss its checks: then its host has killed it.
    for (const { id, end } of await host.runs('mail')) if (end?.reason === 'unhealthy') state.killedRuns.add(id)
    const journal = readFileSync(join(host.data, 'pods/mail/storage/journal'), 'utf8').trimEnd().split('\n')
    const meant = new Map(
      Array.from({ length: producers }, (_, producer) =>
        Array.from({ length: share }, (_, n) => [`p${producer}-${n}`, fateOf(n).fate] as const),
      ).flat(),
    )
    const broken = [
      ...checkFates(await endedOtherwise(host), { counts, meant }),
      ...checkRuns(journal, { meant, killedRuns: state.killedRuns }),
    ]
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
    process.stdout.write(
      `seed ${values.seed}: ${share * producers} items of ${producers} producers acknowledged after ${seconds(addedMs)}, all ended after ${seconds(doneMs)}\n` +
        `killed: ${JSON.stringify(state.kills)}; load of the machine ${loadavg()[0]?.toFixed(1)}\n` +
        `${JSON.stringify(counts)}; begun ${journal.filter(line => line.startsWith('b ')).length} times\n`,
    )
    for (const line of broken.slice(0, 20)) process.stdout.write(`BROKEN ${line}\n`)
    return broken.length > 0 ? 1 : 0
  } finally {
    await host.dispose()
  }
}

/** Whoever gets no answer asks again, by the same id. */
async function produce(host: TestHost, producer: number, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, n) => n).values()
  const line = async (lane: number) => {
    let client: Client | undefined
    for (const n of numbers) {
      const id = `p${producer}-${n}`
      const { fate, fn, more } = fateOf(n)
      const key = lane < keyed && fate === 'done' ? { key: `k${producer}-${lane}` } : {}
      for (let isAdded = false; !isAdded; ) {
        try {
          client ??= await host.client()
          await client.call('queue.add', {
            name: 'mail',
            ...{ fn, args: [`${id} ${key.key ?? '-'}`], id, windowMs: 86_400_000 },
            ...key,
            ...more,
          })
          if (fate === 'canceled') await cancel(client, id)
          isAdded = true
        } catch (error) {
          if ((error as { code?: string }).code === 'bad_params') throw error
          // It was killed: the next one is asked.
          client?.close()
          client = undefined
          await delay(50)
        }
      }
    }
    client?.close()
  }
  await Promise.all(Array.from({ length: atOnce }, (_, lane) => line(lane)))
}

/** One that was canceled, without an answer, is canceled. */
async function cancel(client: Client, id: string): Promise<void> {
  try {
    await client.call('queue.cancel', { name: 'mail', id })
  } catch (error) {
    if ((error as { code?: string }).code !== 'item_state') throw error
  }
}

/** `kills`: how many of each sort; `killedRuns`: the ids of those of the worker. */
type Killing = { isOver: boolean; kills: Record<string, number>; killedRuns: Set<string> }

async function kill(host: TestHost, chance: Chance, state: Killing): Promise<void> {
  while (!state.isOver) {
    await delay(Number(values.everyMs))
    const what = chance.weighted({ queue: 3, mail: 4, keeper: 2, host: 1 })
    if (await killOne(host, { what, chance, killedRuns: state.killedRuns }))
      state.kills[what] = (state.kills[what] ?? 0) + 1
  }
}

/** @returns whether there was one to kill */
async function killOne(
  host: TestHost,
  {
    what,
    chance,
    killedRuns,
  }: { what: 'queue' | 'mail' | 'keeper' | 'host'; chance: Chance; killedRuns: Killing['killedRuns'] },
): Promise<boolean> {
  if (what === 'keeper') return killKeeper(host.dir, () => {})
  if (what === 'host') {
    await host.killHost()
    await host.up()
    return true
  }
  const { runs = [] } = (await host.status(what).catch(() => undefined)) ?? {}
  const alive = runs.flatMap(({ id, pid }) => (pid === undefined ? [] : [{ id, pid }]))
  if (alive.length === 0) return false
  const { id, pid } = chance.pick(alive)
  try {
    process.kill(pid, 'SIGKILL')
    if (what === 'mail') killedRuns.add(id)
    return true
  } catch {
    // It has ended by itself.
    return false
  }
}

type Counts = Record<string, number>

/** What there is of each state once all have ended, or once none has for so long that none will. */
async function drained(host: TestHost): Promise<Counts> {
  let last: Counts = {}
  for (let changedMs = performance.now(); performance.now() - changedMs < stuckMs; await delay(200)) {
    const told = await host.ask('queue.list', { name: 'mail' }).catch(() => undefined)
    const counts = told?.queues[0]?.counts
    if (!counts) continue
    if (counts.waiting + counts.delayed + counts.held + counts.running === 0) return counts
    if (counts.done !== last.done) changedMs = performance.now()
    last = counts
  }
  return last
}

/** The ids of what has not ended as done, by state. */
async function endedOtherwise(host: TestHost): Promise<Map<Fate, string[]>> {
  const ended = new Map<Fate, string[]>()
  for (const state of ['dead', 'expired', 'canceled'] as const) {
    const ids: string[] = []
    for (let length = -1; ids.length > length; ) {
      length = ids.length
      const { items } = await host.ask('queue.items', { name: 'mail', state, limit: 500, offset: length })
      ids.push(...items.map(({ id }) => id))
    }
    ended.set(state, ids)
  }
  return ended
}

/** @param meant how each item is meant to end */
function checkFates(
  ended: ReadonlyMap<Fate, string[]>,
  { counts, meant }: { counts: Counts; meant: ReadonlyMap<string, Fate> },
): string[] {
  const broken: string[] = []
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const wanted = Object.groupBy(meant.values(), fate => fate)
  if (known !== meant.size) broken.push(`of ${meant.size} items ${known} are known: ${JSON.stringify(counts)}`)
  for (const fate of ['done', 'dead', 'expired', 'canceled'] as const)
    if (counts[fate] !== (wanted[fate]?.length ?? 0))
      broken.push(`${counts[fate]} items are ${fate}, and ${wanted[fate]?.length ?? 0} are meant to be`)
  for (const [state, ids] of ended)
    for (const id of ids)
      if (meant.get(id) !== state) broken.push(`${id} is ${state}, and meant to be ${meant.get(id)}`)
  return broken
}

/** Lines of the journal: `b` one began, in which run; `e` it ended, `f` one failed, `h` one hangs. */
function checkRuns(
  journal: readonly string[],
  { meant, killedRuns }: { meant: ReadonlyMap<string, Fate>; killedRuns: ReadonlySet<string> },
): string[] {
  const broken: string[] = []
  const [firstBegun, lastEnded] = [new Map<string, number>(), new Map<string, number>()]
  const ofKey = new Map<string, string[]>()
  const lastRun = new Map<string, string>()
  for (const [at, line] of journal.entries()) {
    const [what, id = '', key = '-', run = ''] = line.split(' ')
    if (what === 'e') lastEnded.set(id, at)
    if (what !== 'b') continue
    const before = lastRun.get(id)
    if (before !== undefined && !killedRuns.has(before))
      broken.push(`${id} began again in ${run}, and ${before}, which had it, was not killed`)
    lastRun.set(id, run)
    if (!firstBegun.has(id)) {
      firstBegun.set(id, at)
      if (key !== '-') ofKey.set(key, [...(ofKey.get(key) ?? []), id])
    }
  }
  for (const [id, fate] of meant)
    if (lastEnded.has(id) !== (fate === 'done'))
      broken.push(`${id} is meant to be ${fate}, and ${lastEnded.has(id) ? 'was' : 'was not'} finished by a run`)
  for (const [key, ids] of ofKey) {
    for (const [index, id] of ids.slice(1).entries()) {
      const before = ids[index] ?? ''
      if ((lastEnded.get(before) ?? 0) > (firstBegun.get(id) ?? 0))
        broken.push(`${id} of ${key} began before ${before} ended`)
      if (numberOf(before) > numberOf(id)) broken.push(`${id} of ${key} began after ${before}`)
    }
  }
  return broken
}

function numberOf(id: string): number {
  return Number(id.split('-')[1])
}
