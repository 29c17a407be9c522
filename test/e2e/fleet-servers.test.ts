// An engine of a fleet's own whose servers are on three hosts: each gives one by a command, and the fleet goes on without any one of them. What is
// decided of servers is tried in test/pods/fleet/decide/servers.test.ts, and what a network does to them by `npm run fleet-faults`.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { podProgram } from '../paths.ts'
import { processesOf } from '../processes.ts'
import { natsServer } from '../system.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('fleet servers')
const withNats = needs(test, 'nats-server')

type Server = { name: string; host: string; address: string; isSpare: boolean; isLeaving: boolean }

const hosts: TestHost[] = []
const [a, b, c] = [0, 1, 2].map(() => new TestHost()) as [TestHost, TestHost, TestHost]
const addresses: string[] = []
const program = natsServer() ?? ''
/** A server may have to be elected, and copied to, on a machine that has much else to do. */
const forMs = 120_000

test.before(async () => {
  if (!natsServer()) return
  for (const host of [a, b, c]) {
    await host.up()
    hosts.push(host)
    await host.ok('push', 'local', 'fleet', 'p8a:fleet')
    await host.ok('start', 'local', 'fleet')
    addresses.push(`127.0.0.1:${await freePort()}`)
  }
})
test.after(async () => {
  for (const host of hosts) await host.dispose()
})

const serversOf = async (host: TestHost) => (await host.json<{ servers: Server[] }>('fleet', 'servers')).servers
type State = { isUp: boolean; problem: string; hosts: { name: string; status: string }[] }
/** As `pod fleet status --json` tells it, without the command. */
const stateOf = async (host: TestHost) => (await host.call('fleet', 'status')) as State
const webAt = async (host: TestHost): Promise<PodStatus> => await host.ask('pod.status', { name: 'web', path: 'fleet' })
const joinFleet = async (host: TestHost, ...args: string[]) => {
  const given = args.includes('--engine') ? ['--engine', args[args.indexOf('--engine') + 1] ?? ''] : []
  const invite = (await a.ok('fleet', 'invite', ...given)).trim()
  const { stdout, stderr } = await host.run(process.execPath, ['--', podProgram, 'fleet', 'join', '-', ...args], {
    input: `${invite}\n`,
  })
  assert.match(stdout, /is in fleet/, stderr)
}
const endNow = (pid: number) => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended with another one.
  }
}
/** SIGKILL, to all that a host has, and to the host. */
const powerOff = async (host: TestHost) =>
  await until(() => {
    const pids = processesOf(host.data).map(({ pid }) => pid)
    for (const pid of pids) endNow(pid)
    return pids.length === 0
  }, 'it is off')
/** Whether it has what lets it declare others dead without its keeper. */
const mayFence = (host: TestHost) => existsSync(join(host.data, 'pods/fleet/storage/engine/fencing.json'))
/** A server that is new copies what the others have. */
const isWell = async () =>
  await until(async () => /All is well/.test((await a.pod('fleet', 'doctor')).stdout), 'all is well', { forMs })
/** Its fleet pod may not have begun yet. */
const isWhole = async (host: TestHost) => {
  const state = await stateOf(host).catch(() => undefined)
  if (!state?.isUp || state.problem !== '') return false
  return state.hosts.length === 3 && state.hosts.every(({ status }) => status === 'active')
}
/** One that is connected to the server that is left is not heard, and says so; another one has no engine. */
const isWithout = async (host: TestHost) => {
  const { isUp, problem } = await stateOf(host)
  return !isUp || problem !== ''
}

withNats('one address gives three servers, and others replace those that only stand in', async () => {
  await a.ok('fleet', 'init', '--name', 'a', '--engine', addresses[0] ?? '', '--server', program)
  assert.equal(
    (await serversOf(a)).map(({ host, isSpare }) => [host, isSpare]),
    [
      ['a', false],
      ['a', true],
      ['a', true],
    ],
  )
  await a.ask('pod.push', {
    name: 'web',
    code: 'export const who = () => process.pid\nexport default () => {}\n',
    file: 'web.js',
    path: 'fleet',
  })
  await a.ask('pod.start', { name: 'web', path: 'fleet' })
  const before = (await webAt(a)).runs[0]?.pid
  const at = addresses[2] ?? ''
  await joinFleet(c, '--name', 'c')
  assert.match(
    (await c.pod('fleet', 'add-server', at, '--server', program)).stderr,
    /host "c" may not give a server at .*: it can leave, and join by an invite of: pod fleet invite --engine/,
  )
  await c.ok('fleet', 'leave')
  const invite = (await a.ok('fleet', 'invite', '--engine', at)).trim()
  await c.run(process.execPath, ['--', podProgram, 'fleet', 'join', '-', '--name', 'c'], { input: `${invite}\n` })
  assert.match((await c.pod('fleet', 'remove-server', 'c')).stderr, /Host "c" has no server of the engine/)
  assert.match(
    (await c.pod('fleet', 'add-server', addresses[0] ?? '', '--server', program)).stderr,
    /something listens there already/,
  )
  // Both at once: each waits for the other one.
  await Promise.all([
    joinFleet(b, '--name', 'b', '--engine', addresses[1] ?? '', '--server', program),
    c.ok('fleet', 'add-server', at, '--server', program),
  ])
  for (const host of [a, b, c])
    await until(
      async () => {
        const servers = await serversOf(host)
        return (
          servers
            .map(({ address }) => address)
            .sort()
            .join() === addresses.toSorted().join()
        )
      },
      'each host knows the three',
      { forMs },
    )
  assert.match((await b.pod('fleet', 'remove-server', 'c')).stderr, /does not keep the engine/)
  assert.match((await a.pod('fleet', 'remove-server', 'a')).stderr, /keeps the engine: its own server stays/)
  assert.is((await webAt(a)).runs[0]?.pid, before)
  await isWell()
})

withNats('a host that is lost with its server stops nothing; without two of them all that is up goes on', async () => {
  await a.ask('pod.scale', { name: 'web', path: 'fleet', scale: 3 })
  await until(async () => (await webAt(a)).up === 3, 'it is up on all three', { forMs })
  await powerOff(c)
  await until(
    async () => {
      const { status, runs } = await webAt(b)
      return status === 'up' && runs.length === 3 && runs.every(({ id }) => !id.startsWith('c.'))
    },
    'what was there is elsewhere',
    { forMs },
  )
  assert.match((await a.pod('fleet', 'doctor')).stdout, /error: server \S+ of host "c" does not answer/)
  const { runs } = await webAt(b)
  await a.ok('stop', 'local', 'fleet-engine1')
  await until(async () => await isWithout(b), 'most of the servers are gone', { forMs })
  assert.match((await b.pod('fleet', 'uncordon', 'a')).stderr, /Cannot change the fleet|not known whether it was done/)
  const { value } = await b.ask('pod.call', { name: 'web', fn: 'who', args: [], path: 'fleet' })
  assert.ok(runs.some(({ pid }) => pid === value))
  await a.ok('start', 'local', 'fleet-engine1')
  await c.up()
  for (const host of [a, b, c]) await until(async () => await isWhole(host), 'all is whole again', { forMs })
  await until(
    async () => {
      const pids = (await webAt(a)).runs.map(({ pid }) => pid)
      return runs.every(({ pid }) => pids.includes(pid))
    },
    'all that went on is there, and was not begun anew',
    { forMs },
  )
})

withNats(
  'a keeper that is lost with its server is declared dead by others, and is whole again once it is back',
  async () => {
    // No two of its runs have the port at once; who does not get it says so.
    const [port, file] = [await freePort(), join(a.dir, 'twice')]
    await a.ask('pod.push', {
      name: 'only',
      code: `import { appendFileSync } from 'node:fs'
import { createServer } from 'node:net'
export default () => void createServer().on('error', () => appendFileSync(${JSON.stringify(file)}, 'twice')).listen(${port}, '127.0.0.1')
`,
      file: 'only.js',
      path: 'fleet',
    })
    const onlyAt = async (host: TestHost): Promise<PodStatus> =>
      await host.ask('pod.status', { name: 'only', path: 'fleet' })
    const isUpAt = async (host: TestHost, names: string) => {
      const { status, runs } = await onlyAt(host)
      return status === 'up' && runs.length === 1 && names.includes(runs[0]?.id.split('.')[0] ?? '-')
    }
    await until(() => mayFence(b) && mayFence(c), 'those with servers may declare others dead', { forMs })
    for (const name of ['b', 'c']) await a.ok('fleet', 'cordon', name)
    await a.ask('pod.start', { name: 'only', path: 'fleet', config: { exclusive: true } })
    await until(async () => await isUpAt(a, 'a'), 'it is on the keeper', { forMs })
    for (const name of ['b', 'c']) await a.ok('fleet', 'uncordon', name)
    await powerOff(a)
    await until(async () => await isUpAt(b, 'bc'), 'it is elsewhere, without the keeper', { forMs })
    const { runs } = await onlyAt(b)
    await a.up()
    for (const host of [a, b, c]) await until(async () => await isWhole(host), 'all is whole again', { forMs })
    await until(async () => await isUpAt(a, 'bc'), 'the keeper knows where it is', { forMs })
    assert.equal((await onlyAt(a)).runs[0]?.pid, runs[0]?.pid, 'it has stayed there')
    assert.not.ok(existsSync(file), 'no two lived at once')
    assert.match(await a.ok('fleet', 'invite'), /^p8a-fleet:/)
    await a.ask('pod.remove', { name: 'only', force: true, path: 'fleet' })
  },
)

withNats(
  'a host that leaves takes its server with it, and another one stands in; one that is lost for good is removed',
  async () => {
    await c.ok('fleet', 'drain', 'c')
    assert.match(await c.ok('fleet', 'leave'), /Host "c" has left the fleet\n/)
    assert.not.ok(mayFence(c))
    assert.match((await c.pod('status', 'local', 'fleet-engine1')).stderr, /no pod "fleet-engine1"/)
    const whose = async () => (await serversOf(a)).map(({ host }) => host).sort()
    await until(async () => (await whose()).join() === 'a,a,b', 'a spare stands in for it', { forMs })
    await powerOff(b)
    await until(
      async () => {
        const { isUp, hosts } = await stateOf(a)
        return isUp && hosts.find(({ name }) => name === 'b')?.status === 'gone'
      },
      'the others are there without it',
      { forMs },
    )
    assert.match(await a.ok('fleet', 'remove', 'b'), /"b" is out of the fleet/)
    await until(async () => (await whose()).join() === 'a,a,a', 'another one stands in for that of b', { forMs })
    await until(async () => (await webAt(a)).up === 3, 'all of it is here', { forMs })
    await isWell()
  },
)

test.run()
