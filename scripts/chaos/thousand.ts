// A host with very many pods, of which some crash all the time: how fast its verbs on the others are, and whether its
// memory stays level.
//   node scripts/chaos/thousand.ts [--pods N] [--crashing N] [--minutes N]
// Exits with 1 where a verb on a pod that is well was refused, or memory grew by more than a quarter.
import { availableParallelism, freemem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Client } from '../../cli/client/client.ts'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '1000' },
    crashing: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
  },
})

const steady = 'export default async () => {}\n'
const crashing = `export default async () => { throw new Error('no database') }
export const config = { retries: 1000000 }\n`
/** What one pod needs at least; more pods than fit in memory would measure the machine's swap. */
const podBytes = 16 * 2 ** 20
const mostGrowth = 1.25

process.exitCode = await main()

async function main(): Promise<number> {
  const [pods, crashes] = [Number(values.pods), Number(values.crashing)]
  if (freemem() < (pods - crashes) * podBytes) process.stderr.write(`memory may not do for ${pods} pods\n`)
  const host = new TestHost(asItIs)
  try {
    await host.up()
    const client = await host.client()
    const names = Array.from({ length: pods }, (_, index) => `${index < crashes ? 'crashing' : 'steady'}-${index}`)
    const startedMs = performance.now()
    await startAll(client, names)
    const takenMs = performance.now() - startedMs
    process.stdout.write(`${pods - crashes} pods are up, ${crashes} crash, after ${(takenMs / 1000).toFixed(1)} s\n`)
    const outcome = await measure(client, names.slice(crashes))
    client.close()
    return outcome
  } finally {
    await host.dispose()
  }
}

async function startAll(client: Client, names: readonly string[]): Promise<void> {
  const next = names.values()
  const work = async () => {
    for (const name of next) {
      const isSteady = name.startsWith('steady')
      await client.call('pod.push', { name, code: isSteady ? steady : crashing })
      await client.call('pod.start', { name, wait: isSteady })
    }
  }
  await Promise.all(Array.from({ length: 8 * availableParallelism() }, work))
}

/** @returns the exit code */
async function measure(client: Client, names: readonly string[]): Promise<number> {
  const took = { status: [] as number[], list: [] as number[], restart: [] as number[] }
  const memory: number[] = []
  const timed = async (kind: keyof typeof took, work: () => Promise<unknown>) => {
    const fromMs = performance.now()
    await work()
    took[kind].push(performance.now() - fromMs)
  }
  const untilMs = performance.now() + Number(values.minutes) * 60_000
  for (let turn = 0; performance.now() < untilMs; turn++) {
    const name = names[(turn * 37) % names.length] as string
    await timed('status', () => client.call('pod.status', { name }))
    if (turn % 10 === 0) await timed('list', () => client.call('pod.list', {}))
    if (turn % 4 === 0) await timed('restart', () => client.call('pod.restart', { name }))
    if (turn % 20 === 0) memory.push((await client.call('host.info', {})).memory)
    await delay(50)
  }
  for (const [kind, times] of Object.entries(took)) if (times.length > 0) process.stdout.write(`${row(kind, times)}\n`)
  const quarter = Math.max(1, Math.floor(memory.length / 4))
  const [first, last] = [median(memory.slice(0, quarter)), median(memory.slice(-quarter))]
  const restarts = (await client.call('pod.list', {})).pods.reduce((sum, pod) => sum + pod.restarts, 0)
  process.stdout.write(`restarts made: ${restarts}\n`)
  process.stdout.write(`memory of the host: ${megabytes(first)} in the first quarter, ${megabytes(last)} in the last\n`)
  return last > first * mostGrowth ? 1 : 0
}

function row(kind: string, times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => `${(sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1)} ms`
  return `${kind.padEnd(8)} ${times.length} times: median ${at(0.5)}, 99 of 100 within ${at(0.99)}, longest ${at(1)}`
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}
