// What a fleet of many hosts costs, and how long it takes to be whole again, by a simulation in this process. docs/FLEET.md has what it showed.
//   npm run fleet-simulation [-- HOSTS PODS]   default: 1000 hosts with 100 pods each
import { statusOf } from '../../pods/fleet/host/view.ts'
import { cpuMs, SimulatedFleet } from './simulated.ts'

const [hosts = 1000, podsPerHost = 100] = process.argv.slice(2).map(Number)
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

const names = Array.from({ length: hosts }, (_, at) => `host-${String(at).padStart(5, '0')}`)
const fleet = new SimulatedFleet(names)
await fleet.begin(podsPerHost)

const before = heap()
const begunMs = cpuMs()
fleet.follow()
await fleet.run(2000)
const readMs = cpuMs() - begunMs
const { tables, hub } = fleet
print('hosts, pods', `${tables.hosts.size}, ${tables.pods.size}`)
print('memory of the tables of a fleet pod', mb(heap() - before))
print('to read all at the start', `${Math.round(readMs)} ms of CPU`)
const sizes = fleet.largest()
print(
  'largest values',
  Object.entries(sizes)
    .map(([kind, bytes]) => `${kind} ${bytes} B`)
    .join(', '),
)
print('all values at the engine', mb([...hub.values.values()].reduce((sum, { value }) => sum + value.byteLength, 0)))
const beat = sizes.host ?? 0
print(
  'beats',
  `${hosts} writes/s of ${beat} B; each host reads ${mb(hosts * beat)}/s, the engine sends ${mb(hosts * hosts * beat)}/s`,
)

await quiet('at rest')
await converge('one host dies', names.slice(1, 2))
await converge(`${Math.floor(hosts / 10)} more die`, names.slice(2, 2 + Math.floor(hosts / 10)))

const listMs = cpuMs()
const views = { tables, isAlive: () => true, nowMs: Date.now }
const list = [...tables.pods.values()].map(({ record }) => statusOf(record, views))
const bytes = JSON.stringify(list).length
print('status of all pods', `${Math.round(cpuMs() - listMs)} ms of CPU, ${mb(bytes)}`)
fleet.end()

/** CPU of this process for each second of the fleet, in which nothing happens but beats. */
async function quiet(what: string): Promise<void> {
  const seconds = 20
  const begunMs = cpuMs()
  await fleet.run(seconds * 1000)
  print(what, `${((cpuMs() - begunMs) / seconds).toFixed(1)} ms of CPU a second, with the making of all beats`)
}

async function converge(what: string, dead: string[]): Promise<void> {
  const atMs = fleet.nowMs
  const { writes } = fleet
  const begunMs = cpuMs()
  fleet.longestLookMs = 0
  fleet.kill(dead)
  do await fleet.run(200)
  while (!fleet.isWhole && fleet.nowMs - atMs < 120_000)
  const whole = fleet.isWhole ? `whole after ${((fleet.nowMs - atMs) / 1000).toFixed(1)} s` : 'not whole after 120 s'
  const cost = `${fleet.writes - writes} writes, ${Math.round(cpuMs() - begunMs)} ms of CPU, the longest look ${Math.round(fleet.longestLookMs)} ms`
  print(what, `${whole}: ${cost}`)
}

function heap(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed
}

function print(what: string, text: string): void {
  process.stdout.write(`${what.padEnd(38)} ${text}\n`)
}
