// Attacks a host: clients give verbs, a monkey brings faults, and a model of what was answered says what must be true.
//   node scripts/chaos/main.ts [--minutes N] [--seed N] [--pods N] [--clients N] [--short]
// `--short`: without a gateway and without work, which take long to begin.
// Exits with 1 where a promise was broken. The same seed makes the same choices; when they fall depends on the machine.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Checks } from './checks.ts'
import { runClient } from './client.ts'
import { runMonkey } from './monkey.ts'
import { Report } from './report.ts'
import { Chance } from './seed.ts'
import { World } from './world.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    pods: { type: 'string', default: '30' },
    clients: { type: 'string', default: '6' },
    short: { type: 'boolean', default: false },
  },
})
/** How long all goes wild between two quiet points. */
const wildMs = 12_000

await main()

async function main(): Promise<void> {
  const chance = new Chance(Number(values.seed))
  const report = new Report(line => process.stdout.write(`BROKEN ${line}\n`))
  process.stdout.write(`chaos: seed ${values.seed}, ${values.minutes} minutes, ${values.pods} pods\n`)
  const world = new World({ report, chance: chance.fork(), count: Number(values.pods), isShort: values.short })
  // Whoever loses patience gets the report of what there was, and nothing is left behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (world.isOver = true))
  try {
    await attack(world, chance)
  } catch (error) {
    report.violated(`the attack could not go on: ${(error as Error).stack}`)
  } finally {
    world.isOver = true
    await world.close()
  }
  process.exitCode = report.violations.length > 0 ? 1 : 0
}

async function attack(world: World, chance: Chance): Promise<void> {
  await world.open()
  const checks = new Checks(world)
  const actors = [
    ...Array.from({ length: Number(values.clients) }, () => runClient(world, chance.fork())),
    ...Array.from({ length: 2 }, () => world.scripts.run(chance.fork())),
    world.services.run(chance.fork()),
    world.ports.run(chance.fork()),
    world.calls.run(chance.fork()),
    ...world.longer.map(part => part.run(chance.fork())),
    world.images.run(chance.fork()),
    world.hooks.run(chance.fork()),
    ...Array.from({ length: 3 }, () => runMonkey(world, chance.fork())),
  ]
  const wild = Promise.all(actors)
  const startedMs = performance.now()
  const totalMs = Number(values.minutes) * 60_000
  while (performance.now() - startedMs < totalMs && !world.isOver) {
    await Promise.race([delay(Math.min(wildMs, totalMs)), wild])
    await world.quiet()
    await checks.atQuietPoint()
    world.report.count('quiet points', 'checked')
    world.goOn()
  }
  world.isOver = true
  await wild
  const { memory, linesFound } = checks
  const megabytes = (bytes: number | undefined) => `${((bytes ?? 0) / 2 ** 20).toFixed(0)} MB`
  process.stdout.write(
    world.report.text({
      seed: String(values.seed),
      minutes: ((performance.now() - startedMs) / 60_000).toFixed(1),
      disk: world.hasOwnDisk ? 'its own, filled now and then' : 'not its own, so never filled',
      'log lines found, each once and in order': String(linesFound),
      "host's memory, first and last": `${megabytes(memory[0])}, ${megabytes(memory.at(-1))}`,
    }),
  )
}
