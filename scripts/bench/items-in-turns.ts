// Items of work with p8a and with BullMQ, in turns of some seconds and both at rest meanwhile: on a machine, and a disk, that others use
// too, what is measured one after the other cannot be compared.
//   node scripts/bench/items-in-turns.ts [--rounds N] [--items N]
// It needs what `scripts/bench/install-peers` installs.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bullmq } from './adapters/bullmq.ts'
import type { Kind, Manager, Work } from './adapters/manager.ts'
import { p8a } from './adapters/p8a.ts'
import { sweep } from './processes.ts'
import { ratesOf } from './rows/items.ts'
import { median, p95 } from './statistics.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, items: { type: 'string', default: '100' } },
})
/** The first items find code that is not compiled yet. */
const warmUp = 300
const cases = [
  { producers: 1, factor: 1 },
  { producers: 64, factor: 10 },
]
const workerCounts = [1, 4]

/** Items a second, by what was measured. */
type Side = { title: string; manager: Manager; work: Work; rates: Map<string, number[]> }

await main()

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-bench-'))
  const sides: Side[] = []
  try {
    for (const kind of [p8a, ...bullmq.filter(({ id }) => id === 'bullmq-always')]) sides.push(await begin(kind, dir))
    for (const workers of workerCounts) {
      for (const { work } of sides) await work.workers(workers)
      for (let round = 0; round < Number(values.rounds); round++) {
        // Each is the first one as often as the other.
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) await measure(side, workers)
      }
    }
    for (const { title, rates } of sides)
      for (const [what, all] of rates)
        process.stdout.write(
          `${title}, ${what}: ${median(all).toFixed(0)} items a second (95th percentile ${p95(all).toFixed(0)})\n`,
        )
    process.stdout.write(`load of the machine ${loadavg()[0]?.toFixed(1)}\n`)
  } finally {
    for (const { work, manager } of sides) {
      await work.end()
      await manager.down()
    }
    sweep(dir)
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

async function begin(kind: Kind, base: string): Promise<Side> {
  if (kind.version() === undefined) throw new Error(`${kind.title} is not installed: scripts/bench/install-peers`)
  const dir = join(base, kind.id)
  mkdirSync(dir, { mode: 0o700 })
  const env = { PATH: `${process.env.PATH}`, HOME: dir, LANG: 'C.UTF-8', TMPDIR: dir, BENCH_DIR: dir }
  const manager = kind.make({ dir, env, settings: {} })
  const work = await manager.work?.({})
  if (!work) throw new Error(`${kind.title} keeps no items`)
  await work.workers(1)
  await ratesOf(work, warmUp, 1)
  return { title: kind.title, manager, work, rates: new Map() }
}

async function measure({ work, rates }: Side, workers: number): Promise<void> {
  for (const { producers, factor } of cases) {
    const { added, done } = await ratesOf(work, Number(values.items) * factor, producers)
    const who = `${producers} ${producers === 1 ? 'producer' : 'producers'}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
    for (const [what, rate] of [
      [`${who}, enqueued`, added],
      [`${who}, and done`, done],
    ] as const)
      rates.set(what, [...(rates.get(what) ?? []), rate])
  }
}
