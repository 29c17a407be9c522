// A folder of 1 GB goes to five hosts. It comes once over each cable, though a fleet pod and a host are killed half way; no host is missed meanwhile, calls go
// on, and no event loop is blocked for long. And what the engine has lost of it is told, and put right by the same push.

import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { until } from '../../../test/until.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import type { FleetHost } from '../trial/host.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'a folder of 1 GB comes to five hosts once over each cable, though they are killed, and holds up nobody'
export const boundMs = 2_400_000

const MiB = 2 ** 20
/** A few large files and many small ones. */
const whole = { large: 6, largeBytes: 140 * MiB, small: 5000, smallBytes: 32 * 1024 }
const quick = { large: 2, largeBytes: 40 * MiB, small: 500, smallBytes: 32 * 1024 }
type Sizes = typeof whole
/** How long a whole transfer may take, on a machine that has much else to do. */
const forMs = 900_000
/** The engine tells bytes in base64, and what was under way when somebody was killed comes again. */
const mostTimes = 1.5
/** The usual limits let no such folder in. */
const settings = { maxFileBytes: 2048 * MiB, maxTreeBytes: 4096 * MiB }
/** For how long a fleet pod may block its event loop. */
const mostLagMs = 100
const usual = { beat: '1s', fence: '8s', dead: '15s' }

const program =
  "import { statSync } from 'node:fs'\nexport const has = name => statSync(new URL(name, import.meta.url)).size\nsetInterval(() => {}, 1000)\n"
const losing = fileURLToPath(new URL('../pods/losing.ts', import.meta.url))
const echo = 'export const here = () => process.pid\nexport default () => {}\n'

export async function run(t: Trial): Promise<void> {
  const sizes = t.isQuick ? quick : whole
  const fleet = await t.fleet({ hosts: 5, engines: 1, settings, params: usual })
  const [a, , c, d, e] = fleet.hosts as [FleetHost, FleetHost, FleetHost, FleetHost, FleetHost]
  await a.ok('remote', 'add', 'fleet', `localhost:${a.port}`, '--path', 'fleet', '--token', a.token)
  await onlyAt(fleet, e)
  const folder = makeFolder(join(a.dir, 'big'), sizes)
  const [allBytes, pids] = [sizes.large * sizes.largeBytes + sizes.small * sizes.smallBytes, await fleetPids(fleet)]
  for (const host of fleet.hosts) host.takeLag()
  const watching = watch(fleet, { from: a, besides: [c.name, d.name] })
  const before = await carried(fleet)

  const pushedMs = await timed(async () => await a.ok('push', 'fleet', 'big', folder))
  t.measure(`push of ${(allBytes / 1e9).toFixed(2)} GB in ${sizes.large + sizes.small} files`, seconds(pushedMs))
  await a.ask('pod.start', { name: 'big', path: 'fleet', config: { scale: 5 } })
  const takenMs = await timed(async () => {
    await halfWay(fleet, c, { before, allBytes })
    await c.killFleetPod()
    await d.killHost()
    await d.up()
    await until(async () => (await fleet.status('big')).status === 'up', 'all hosts have it', { forMs })
  })
  t.measure('five hosts take it', seconds(takenMs))
  await check(fleet, { sizes })
  const seen = await watching.end()
  t.measure('a call of another pod meanwhile', `p50 ${seen.p50Ms} ms, p99 ${seen.p99Ms} ms of ${seen.calls}`)
  if (seen.failed.length > 0) throw new Error(`calls failed: ${seen.failed.join('; ')}`)
  if (seen.missed.length > 0) throw new Error(`hosts were missed: ${seen.missed.join('; ')}`)
  const lags = fleet.hosts.map(host => [host.name, host.takeLag()] as const)
  t.measure('event loops were blocked', lags.map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`).join(', '))
  const late = lags.filter(([, ms]) => ms > mostLagMs)
  if (late.length > 0) throw new Error(`the event loop of ${late.map(([name]) => name)} was blocked`)
  const others = (await fleetPids(fleet)).filter((pid, at) => pid !== pids[at] && fleet.hosts[at] !== c)
  if (others.length > 0) throw new Error('a fleet pod began anew by itself')
  await once(t, fleet, { before, allBytes })
  await lost(t, fleet)
}

/** What came over the cables of all. */
async function once(
  t: Trial,
  fleet: TrialFleet,
  { before, allBytes }: { before: Awaited<ReturnType<typeof carried>>; allBytes: number },
): Promise<void> {
  const after = await carried(fleet)
  const times = fleet.hosts.map(({ name }, at) => {
    const way = at === 0 ? 'out' : 'in'
    const bytes = (after[at]?.[way] ?? 0) - (before[at]?.[way] ?? 0)
    return { name, way, times: bytes / allBytes }
  })
  if (after.some(one => one === undefined)) return
  t.measure(
    'of its bytes over each cable',
    times.map(one => `${one.name} ${one.way} ${one.times.toFixed(2)}`).join(', '),
  )
  const many = times.filter(one => one.times > mostTimes)
  if (many.length > 0) throw new Error(`it came more than once: ${JSON.stringify(many)}`)
}

/** The engine loses a part of what was pushed before any host has taken it. */
async function lost(t: Trial, fleet: TrialFleet): Promise<void> {
  const [a] = fleet.hosts as [FleetHost]
  const folder = makeFolder(join(a.dir, 'lost'), { ...quick, large: 1, small: 3 })
  await a.ok('push', 'fleet', 'lost', folder)
  const [program = '', ...args] = [...fleet.network.at(a.name), process.execPath, losing]
  await execa(program, [...args, fleet.network.urlOf(a.name, 'n1')])
  await a.pod('start', 'fleet', 'lost')
  const told = await until(async () => {
    const { status, text } = await fleet.status('lost')
    return status === 'error' && text
  }, 'it is told that the image is not whole')
  t.measure('the engine has lost a part', told ?? '')
  await a.ok('push', 'fleet', 'lost', folder)
  await until(async () => (await fleet.status('lost')).status === 'up', 'the same push has put it right', { forMs })
}

function makeFolder(dir: string, { large, largeBytes, small, smallBytes }: Sizes): string {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(join(dir, 'small'), { recursive: true })
  writeFileSync(join(dir, 'index.mjs'), program)
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'big', version: '1.0.0', main: 'index.mjs' }))
  const bytes = Buffer.alloc(Math.max(largeBytes, smallBytes))
  for (let at = 0; at < large; at++)
    writeFileSync(join(dir, `large-${at}`), randomFillSync(bytes).subarray(0, largeBytes))
  for (let at = 0; at < small; at++)
    writeFileSync(join(dir, 'small', String(at)), randomFillSync(bytes, 0, smallBytes).subarray(0, smallBytes))
  return dir
}

/** Places the pod that is called on that host alone. */
async function onlyAt(fleet: TrialFleet, at: FleetHost): Promise<void> {
  const others = fleet.hosts.filter(host => host !== at)
  for (const { name } of others) await at.ok('fleet', 'cordon', name)
  await at.ask('pod.push', { name: 'echo', code: echo, file: 'echo.mjs', path: 'fleet' })
  await at.ask('pod.start', { name: 'echo', path: 'fleet' })
  for (const { name } of others) await at.ok('fleet', 'uncordon', name)
}

/** Waits until a host has half of the bytes. */
async function halfWay(
  fleet: TrialFleet,
  { name, data }: FleetHost,
  { before, allBytes }: { before: Awaited<ReturnType<typeof carried>>; allBytes: number },
): Promise<void> {
  const at = fleet.hosts.findIndex(host => host.name === name)
  const isHalf = async () => {
    const now = await fleet.network.carried(name)
    return now === undefined || now.in - (before[at]?.in ?? 0) > allBytes / 2
  }
  await until(isHalf, `half of it has come to ${data}`, { everyMs: 100, forMs })
}

async function check(fleet: TrialFleet, { sizes }: { sizes: Sizes }): Promise<void> {
  const { runs } = await fleet.status('big')
  const places = new Set(runs.map(({ id }) => id.split('.')[0]))
  if (places.size !== fleet.hosts.length) throw new Error(`it is on ${[...places]}`)
  for (const host of fleet.hosts) {
    const { value } = await host.ask('pod.call', {
      name: 'big',
      fn: 'has',
      args: ['./large-0'],
      path: `fleet.${host.name}`,
    })
    if (value !== sizes.largeBytes) throw new Error(`${host.name} has ${value} bytes`)
  }
}

/** Calls a pod of another host, and looks whether hosts are missed, until it is ended. */
function watch(fleet: TrialFleet, { from, besides }: { from: FleetHost; besides: string[] }) {
  const tookMs: number[] = []
  const [failed, missed]: [string[], string[]] = [[], []]
  let isOver = false
  const calling = async () => {
    while (!isOver) {
      const begunMs = performance.now()
      await fleet.call('echo', 'here', { at: from }).catch(error => void failed.push(error.message))
      tookMs.push(performance.now() - begunMs)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  const looking = async () => {
    while (!isOver) {
      const { hosts } = await from.fleet()
      for (const { name, status } of hosts)
        if (status === 'gone' && !besides.includes(name)) missed.push(`${name} is ${status}`)
      await new Promise(resolve => setTimeout(resolve, 2000))
    }
  }
  const both = Promise.all([calling(), looking()])
  both.catch(() => {})
  return {
    end: async () => {
      isOver = true
      await both
      const sorted = tookMs.toSorted((one, other) => one - other)
      const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1)
      return { p50Ms: at(0.5), p99Ms: at(0.99), calls: sorted.length, failed, missed }
    },
  }
}

const carried = async (fleet: TrialFleet) =>
  await Promise.all(fleet.hosts.map(async ({ name }) => await fleet.network.carried(name)))

const fleetPids = async (fleet: TrialFleet) => await Promise.all(fleet.hosts.map(async host => await host.fleetPid()))

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return performance.now() - begunMs
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
