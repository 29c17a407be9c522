// Faults of a fleet: three hosts and three engines on this machine, in network namespaces where it makes them, and a resource outside of them that
// sees every moment at which two runs of an exclusive pod lived.
//   npm run fleet-faults [-- --only NN[,NN…]] [--rounds N] [--failovers N] [--seed N] [--quick] [--proxies]
// Without options: each case of scripts/fleet/faults once, ten rounds, and ten failovers, whose times it tells. With options: what they say alone.
// `--quick`: what takes ten minutes takes one. The same seed makes the same choices; when they fall depends on the machine. Exits with 1 where something did not hold.
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Chance } from '../chaos/seed.ts'
import { failovers } from './trial/failovers.ts'
import { Impossible } from './trial/places.ts'
import { rounds } from './trial/rounds.ts'
import { type FaultCase, Trial } from './trial/trial.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    failovers: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    quick: { type: 'boolean', default: false },
    proxies: { type: 'boolean', default: false },
  },
})
const folder = new URL('faults/', import.meta.url)
const isAll = values.only === undefined && values.rounds === undefined && values.failovers === undefined
const usualCount = 10

await main()

async function main(): Promise<void> {
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`A seed is a whole number, not ${values.seed}`)
  process.stdout.write(`fleet faults: seed ${seed}\n`)
  const outcomes: string[] = []
  for (const name of chosen())
    outcomes.push(await outcome(name, (await import(new URL(name, folder).href)) as FaultCase, seed))
  const many = { rounds: rounds(countOf('rounds')), failovers: failovers(countOf('failovers')) }
  for (const name of ['rounds', 'failovers'] as const)
    if (countOf(name) > 0) outcomes.push(await outcome(name, many[name], seed))
  process.stdout.write(`\n${outcomes.join('\n')}\n`)
  process.exitCode = outcomes.some(line => line.startsWith('FAILED')) ? 1 : 0
}

/** @throws {Error} about what is no number */
function countOf(name: 'rounds' | 'failovers'): number {
  const count = Number(values[name] ?? (isAll ? usualCount : 0))
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new Error(`${name} are a whole number, not ${values[name]}`)
}

/** The files of the cases that were asked for. @throws {Error} about a number that no case has */
function chosen(): string[] {
  const all = readdirSync(folder)
    .filter(name => /^\d\d-.*\.ts$/.test(name))
    .sort()
  if (values.only === undefined) return isAll ? all : []
  return values.only.split(',').flatMap(number => {
    const found = all.filter(name => name.startsWith(`${number.padStart(2, '0')}-`))
    if (found.length === 0) throw new Error(`There is no case ${number}. There are: ${all.join(', ')}`)
    return found
  })
}

/** Runs one case within its time, and ends all that it has opened. */
async function outcome(name: string, { title, boundMs, run }: FaultCase, seed: number): Promise<string> {
  process.stdout.write(`\n${name}: ${title}\n`)
  const begunMs = performance.now()
  const trial = new Trial(new Chance(seed), { isQuick: values.quick, useProxies: values.proxies })
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`it took more than ${boundMs / 1000} s`)), boundMs)
  let problem: unknown
  try {
    await Promise.race([run(trial), late.promise])
  } catch (error) {
    problem = error
  }
  clearTimeout(timer)
  await trial[Symbol.asyncDispose]().catch(error => (problem ??= error))
  const facts = trial.measured.map(([what, value]) => `\n         ${what}: ${value}`).join('')
  const word = problem === undefined ? 'ok      ' : problem instanceof Impossible ? 'left out' : 'FAILED  '
  const why =
    problem === undefined ? '' : `: ${problem instanceof Impossible ? problem.message : (problem as Error).stack}`
  const line = `${word} ${name} (${((performance.now() - begunMs) / 1000).toFixed(1)} s)${why}${facts}`
  process.stdout.write(`${line}\n`)
  return line
}
