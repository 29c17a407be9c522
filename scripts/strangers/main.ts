// npm run strangers -- --count N: how long `pod status` takes on a host that nobody troubles, and on one with ten thousand
// half-open connections, a writer of a byte a second and readers that never read. Rounds of both take turns. With --hold
// the host's limits are raised, and it must hold all of them for as long as they stay.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'

const helpText = `Usage: npm run strangers -- [--count N] [--rounds N] [--samples N] [--hold]

  --count N    how many half-open connections (default 10000)
  --rounds N   how often the host is measured alone, and then among strangers (default 3)
  --samples N  how many pod status by each way, in each half of a round (default 15)
  --hold       the host's limits are raised, and it must hold all of the connections
`

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    samples: { type: 'string', default: '15' },
    hold: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** What a status may take with strangers, as often as without. */
const mostTimes = 2

type Ways = Record<'socket' | 'port', number[]>
type Times = Record<'alone' | 'crowded', Ways>

if (values.help) say(helpText.trimEnd())
else {
  process.exitCode = await main({
    count: Number(values.count),
    rounds: Number(values.rounds),
    samples: Number(values.samples),
  })
}

async function main({ count, rounds, samples }: { count: number; rounds: number; samples: number }): Promise<number> {
  const host = new TestHost(asItIs)
  try {
    if (values.hold) holdAll(host, count)
    await host.up()
    await host.push('forever')
    await host.ok('start', 'local', 'forever')
    await host.ok('remote', 'add', 'port', `localhost:${host.port}`)
    const times: Times = { alone: { socket: [], port: [] }, crowded: { socket: [], port: [] } }
    const startKiB = residentKiB(host.pid)
    let isHeld = true
    for (let round = 0; round < rounds; round++) {
      await measure(host, { samples, into: times.alone })
      const crowd = await gather(host, count)
      await measure(host, { samples, into: times.crowded })
      const { size, sentAway } = await crowd.go()
      isHeld &&= size >= count && sentAway === 0
      say(`round ${round + 1}: ${size} connections, ${sentAway} sent away, host at ${residentKiB(host.pid)} KiB`)
    }
    say(`host: ${startKiB} KiB before, at most ${peakKiB(host.pid)} KiB`)
    const ratios = (['socket', 'port'] as const).map(way => report(way, times))
    if (values.hold && !isHeld) say(`the host did not hold all of the ${count} connections`)
    return ratios.every(ratio => ratio <= mostTimes) && (isHeld || !values.hold) ? 0 : 1
  } finally {
    await host.dispose()
  }
}

function holdAll(host: TestHost, count: number): void {
  const most = count + 100
  const settings = { maxConnections: most, maxUnauthorizedConnections: most, authTimeout: '1h' }
  mkdirSync(host.data, { recursive: true, mode: 0o700 })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'crowded', settings }))
}

/** By the Unix socket, and by the port as a client on another machine would; in turns. */
async function measure(host: TestHost, { samples, into }: { samples: number; into: Ways }): Promise<void> {
  for (let sample = 0; sample < samples; sample++) {
    into.socket.push(await timeOf(host, 'local'))
    into.port.push(await timeOf(host, 'port'))
  }
}

/** @returns milliseconds, infinite where it was refused */
async function timeOf(host: TestHost, remote: string): Promise<number> {
  const args = ['status', remote, '--token', host.token]
  const startMs = performance.now()
  const { code } = await host.pod(...(remote === 'local' ? args.slice(0, 2) : args))
  return code === 0 ? performance.now() - startMs : Number.POSITIVE_INFINITY
}

async function gather(host: TestHost, halfOpen: number) {
  const program = join(import.meta.dirname, 'process.ts')
  const options = JSON.stringify({ port: host.port, token: host.token, halfOpen })
  const child = execa(process.execPath, [program, options], { stderr: 'inherit' })
  const lines = child.iterable()
  await lines.next()
  const go = async (): Promise<{ size: number; sentAway: number }> => {
    child.stdin.end()
    const { value } = await lines.next()
    await child
    return JSON.parse(String(value ?? '{}'))
  }
  return { go }
}

function report(way: keyof Ways, { alone, crowded }: Times): number {
  const ratio = median(crowded[way]) / median(alone[way])
  const [usual, then] = [alone, crowded].map(
    times => `${median(times[way]).toFixed(1)} ms (min ${Math.min(...times[way]).toFixed(1)})`,
  )
  const refused = crowded[way].filter(ms => ms === Number.POSITIVE_INFINITY).length
  say(
    `pod status by the ${way}: ${usual} alone, ${then} among strangers: ${ratio.toFixed(2)} times; ${refused} refused`,
  )
  return ratio
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function residentKiB(pid: number): number {
  return statusOf(pid, 'VmRSS')
}

function peakKiB(pid: number): number {
  return statusOf(pid, 'VmHWM')
}

function statusOf(pid: number, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
