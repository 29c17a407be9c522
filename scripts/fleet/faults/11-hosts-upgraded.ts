// Hosts are upgraded one after the other: first from an earlier version to this one, so that hosts of both are in one fleet, and then once more, with a
// gateway on the first. Hosts call a pod that is on one of them, and a client asks the gateway for it. No request fails, and no call but what reaches a fleet pod
// that is just replaced, which is told as what it is; nothing that is up ends, and nothing exclusive lives twice.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { until } from '../../../test/until.ts'
import { releaseBefore } from '../../release-before.ts'
import type { TrialFleet } from '../trial/fleet.ts'
import type { FleetHost } from '../trial/host.ts'
import { Impossible } from '../trial/places.ts'
import type { Trial } from '../trial/trial.ts'

export const title =
  'while hosts are upgraded one by one no request fails, each call is answered or told for what it is, nothing is begun anew, and nothing exclusive lives twice'
export const boundMs = 1_200_000

/** Between two calls at each host. */
const everyMs = 100
/** What a call may be told while the fleet pod of the only host with its pod is replaced: nobody had it, or it may be done. */
const honest = ['fleet_unavailable', 'outcome_unknown']

/** An earlier state, whose fleet pods and gateways are others. */
const earlier = 'd53f42f'

const serving = `export const config = { listen: 'auto', route: 'far.test' }
export const fetch = () => new Response('here')
`
/** Asks a gateway every 20 ms until its input ends, and prints what came of it. */
const asking = `
import http from 'node:http'
const ask = () => new Promise(resolve => {
  const options = { host: '127.0.0.1', port: 8080, headers: { host: 'far.test' }, agent: false }
  http.get(options, answer => {
    let text = ''
    answer.setEncoding('utf8').on('data', part => { text += part })
    answer.on('end', () => resolve(answer.statusCode + ' ' + text)).on('error', error => resolve(String(error)))
  }).on('error', error => resolve(String(error)))
})
const failed = []
let [count, isOver] = [0, false]
process.stdin.on('end', () => { isOver = true }).resume()
do {
  const answer = await ask()
  if (answer !== '200 here') failed.push(new Date().toISOString() + ' ' + answer)
  count++
  await new Promise(resolve => setTimeout(resolve, 20))
} while (!isOver)
console.log(JSON.stringify({ count, failed }))
`

export async function run(t: Trial): Promise<void> {
  const folder = await releaseBefore(earlier)
  if (folder === undefined) throw new Impossible('the earlier version is not in the history of this clone')
  const fleet = await t.fleet({ program: join(folder, 'bin/pod.cjs') })
  if (fleet.network.kind !== 'namespaces') throw new Impossible('a gateway needs a network of its own')
  await fleet.start('web')
  await fleet.start('only', { exclusive: true })
  await fleet.whole()
  await upgraded(t, fleet, 'from the earlier version')
  const requests = await requested(fleet)
  await upgraded(t, fleet, 'once more')
  const { count, failed } = await requests.end()
  t.measure('requests through a gateway meanwhile', `${count}, ${failed.length} failed`)
  if (failed.length > 0) throw new Error(`requests failed: ${failed.slice(0, 3).join('; ')}`)
}

async function upgraded(t: Trial, fleet: TrialFleet, what: string): Promise<void> {
  const pids = async () => (await fleet.status('web')).runs.map(({ pid }) => pid).join()
  const before = await pids()
  const calls = called(fleet)
  for (const host of fleet.hosts) {
    calls.upgrading = host
    await host.upgrade()
    calls.upgrading = undefined
    await until(async () => (await host.fleet()).isUp, `the fleet pod of ${host.name} is in the fleet again`)
    for (const at of fleet.hosts) await fleet.whole({ at })
    t.say(`host ${host.name} upgraded ${what}`)
  }
  const { count, told, failed } = await calls.end()
  t.measure(
    `hosts upgraded one by one, ${what}`,
    `${count} calls, ${told} of an unknown outcome or not delivered, ${failed.length} failed otherwise`,
  )
  if (failed.length > 0) throw new Error(`calls failed: ${failed.slice(0, 3).join('; ')}`)
  if ((await pids()) !== before) throw new Error('what was up was begun anew')
  fleet.checkAlone()
}

/** Each host calls, again and again; whatever is asked of the host that is upgraded fails while that is away. */
function called(fleet: TrialFleet) {
  const failed: string[] = []
  let [count, told, isOver] = [0, 0, false]
  const calls = {
    upgrading: undefined as FleetHost | undefined,
    async end() {
      isOver = true
      await Promise.all(calling)
      return { count, told, failed }
    },
  }
  const calling = fleet.hosts.map(async host => {
    while (!isOver) {
      const isUpgraded = calls.upgrading === host
      await fleet.call('web', 'who', { at: host }).catch(error => {
        if (isUpgraded || calls.upgrading === host) return
        if (calls.upgrading && honest.includes(error.code)) told++
        else failed.push(`at ${host.name}: ${error.message}`)
      })
      count++
      await delay(everyMs)
    }
  })
  return calls
}

/** A pod that serves is on the last host, and a gateway on the first. @returns what ends the requests */
async function requested(fleet: TrialFleet) {
  const [first, last] = [fleet.hosts[0], fleet.hosts.at(-1)] as [FleetHost, FleetHost]
  for (const host of fleet.hosts) if (host !== last) await first.ok('fleet', 'cordon', host.name)
  await first.ask('pod.push', { name: 'far', code: serving, file: 'far.mjs', path: 'fleet' })
  await first.ask('pod.start', { name: 'far', path: 'fleet' })
  for (const host of fleet.hosts) if (host !== last) await first.ok('fleet', 'uncordon', host.name)
  await first.ok('push', 'local', 'gateway', 'p8a:gateway')
  await first.ok('start', 'local', 'gateway', '--listen', '8080')
  const [program = '', ...args] = [...fleet.network.at(first.name), process.execPath, '--input-type=module', '--eval']
  const isReached = async () => {
    const { stdout } = await execa(program, [...args, asking], { input: '', reject: false })
    return /"failed":\[\]/.test(stdout)
  }
  await until(isReached, 'it is reached through the gateway', { everyMs: 500 })
  const client = execa(program, [...args, asking], { stdin: 'pipe' })
  const end = async () => {
    client.stdin.end()
    return JSON.parse((await client).stdout) as { count: number; failed: string[] }
  }
  return { end }
}
