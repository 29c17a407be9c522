// npm run fuzz -- --minutes N --seed S: tries input after input on every part that strangers, pods, people or a disk can
// reach, until the time is over or a promise is broken. A seed that is printed replays its round.
import { parseArgs } from 'node:util'
import { attack, type Target } from './target.ts'
import { targets } from './targets/all.ts'

const helpText = `Usage: npm run fuzz -- [--minutes N] [--seed S] [--target ID]

  --minutes N   how long (default 1)
  --seed S      the seed of the first round; each round goes on with the next one (default: by chance)
  --target ID   only this one: ${targets.map(({ id }) => id).join(', ')}
`

/** How many inputs a target gets in a round, and how long it may take for them. */
const roundInputs = 2000
const roundMs = 15_000

type Options = { minutes: number; seed: number; chosen: readonly Target[] }

try {
  process.exitCode = await main(readOptions())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}

async function main(options: Options | undefined): Promise<number> {
  if (!options) {
    process.stdout.write(helpText)
    return 0
  }
  const { minutes, chosen } = options
  const endMs = performance.now() + minutes * 60_000
  const counts = new Map(chosen.map(({ id }) => [id, 0]))
  for (let { seed } = options; performance.now() < endMs; seed++) {
    process.stdout.write(`round with seed ${seed}\n`)
    for (const target of chosen) {
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) break
      const limitMs = Math.min(roundMs, leftMs)
      const { inputs, failure } = await attack(target, { seed, inputs: roundInputs, limitMs })
      counts.set(target.id, (counts.get(target.id) ?? 0) + inputs)
      if (failure === undefined) continue
      const replay = `npm run fuzz -- --target ${target.id} --seed ${seed}`
      process.stdout.write(`${target.id}: not so that ${target.promise}\n${failure}\nAgain: ${replay}\n`)
      return 1
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  process.stdout.write(`${total} inputs, all promises held; seed ${options.seed}\n`)
  for (const [id, count] of counts) process.stdout.write(`  ${id.padEnd(10)} ${count}\n`)
  return 0
}

/** @returns undefined where help is asked for */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      target: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is no number above 0`)
  if (!Number.isInteger(seed)) throw new Error(`--seed ${values.seed} is no whole number`)
  const chosen = targets.filter(({ id }) => values.target === undefined || id === values.target)
  if (chosen.length === 0) throw new Error(`There is no target "${values.target}"\n\n${helpText}`)
  return { minutes, seed, chosen }
}
