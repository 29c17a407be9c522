// A fleet that sets up its engine by itself, by commands alone: two hosts, real nats-servers that are pods of the first. What a credential may do
// subject by subject is tried in test/pods/fleet/security.
import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { podProgram } from '../paths.ts'
import { natsServer } from '../system.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('fleet credentials')
const withNats = needs(test, 'nats-server')

const hosts: TestHost[] = []
const [a, b] = [0, 1].map(() => new TestHost()) as [TestHost, TestHost]
let address = ''

test.before(async () => {
  if (!natsServer()) return
  for (const host of [a, b]) {
    await host.up()
    hosts.push(host)
    await host.ok('push', 'local', 'fleet', 'p8a:fleet')
    await host.ok('start', 'local', 'fleet')
  }
  address = `127.0.0.1:${await freePort()}`
})
test.after(async () => {
  for (const host of hosts) await host.dispose()
})

const init = async (...more: string[]) => await a.pod('fleet', 'init', '--name', 'a', ...more)
const invite = async () => (await a.ok('fleet', 'invite')).trim()
const joinBy = async (text: string, ...more: string[]) =>
  await b.run(process.execPath, ['--', podProgram, 'fleet', 'join', '-', ...more], { input: `${text}\n` })
type State = { isUp: boolean; problem: string; hosts: { name: string; status: string }[] }
/** As `pod fleet status --json` tells it, without the command. */
const stateOf = async (host: TestHost) => (await host.call('fleet', 'status')) as State
const inFleet = async (host: TestHost, name: string): Promise<PodStatus> =>
  await host.ask('pod.status', { name, path: 'fleet' })

withNats('an engine that cannot be set up is refused by name, and nothing of it is left', async () => {
  const old = join(a.dir, 'old-server')
  writeFileSync(old, '#!/bin/sh\necho nats-server: v2.9.10\n')
  chmodSync(old, 0o755)
  const server = natsServer() ?? ''
  const taken = `127.0.0.1:${a.port}`
  for (const [given, refusal] of [
    [[address, '--server', old], /nats-server 2\.9\.10, and it loses writes that it has acknowledged/],
    [[address, '--server', join(a.dir, 'none')], /Cannot run .*none.*--server FILE/],
    [[taken, '--server', server], /Cannot start the engine at .*something listens there already/],
    [['0.0.0.0', '--server', server], /is no address at which other hosts reach this one/],
    [[`${address},127.0.0.1:1`, '--server', server], /one address, or three/],
    [[address, '--nats', 'nats://127.0.0.1:1'], /leave out --nats/],
  ] as const)
    assert.match((await init('--engine', ...given)).stderr, refusal)
  assert.match((await a.pod('status', 'local', 'fleet-engine1')).stderr, /no pod "fleet-engine1"/)
  await a.ask('pod.push', { name: 'fleet-engine1', code: 'export default () => {}', file: 'own.js' })
  assert.match(
    (await init('--engine', address, '--server', server)).stderr,
    /there is a pod "fleet-engine1" already, .*: pod remove local fleet-engine1 --force/s,
  )
  assert.is((await a.status('fleet-engine1')).status, 'idle')
  await a.ask('pod.remove', { name: 'fleet-engine1' })
})

withNats('a host sets up the engine, and another one joins by an invite, which is good once', async () => {
  const { code, stderr } = await init('--engine', address, '--server', natsServer() ?? '')
  assert.is(code, 0, stderr)
  assert.match(await a.ok('fleet', 'doctor'), /All is well/)
  assert.is((await a.status('fleet-engine1')).status, 'up')
  const storage = join(a.data, 'pods/fleet/storage')
  for (const name of ['keys.json', 'fleet.json']) assert.is(statSync(join(storage, name)).mode & 0o077, 0)
  const once = await invite()
  assert.match((await joinBy(once, '--name', 'a')).stderr, /another host of this fleet is called "a"/)
  const joined = await joinBy(once, '--name', 'b')
  assert.match(joined.stdout, /Host "b" is in fleet/, joined.stderr)
  await until(async () => (await stateOf(a)).hosts.length === 2, 'both are known')
  const own = readFileSync(join(b.data, 'pods/fleet/storage/fleet.json'), 'utf8')
  const { account, operator } = JSON.parse(readFileSync(join(storage, 'keys.json'), 'utf8'))
  assert.not.ok(own.includes(account) || own.includes(operator) || own.includes('password'))
  assert.match((await b.pod('fleet', 'renew')).stderr, /has no server of the engine/)
  for (const verb of [['invite'], ['remove', 'a']])
    assert.match((await b.pod('fleet', ...verb)).stderr, /does not keep the engine/)
  assert.match((await a.pod('fleet', 'leave')).stderr, /keeps the engine of the fleet, and others are in it: b/)
})

withNats('pods run on both, and more than there is room for waits and says so', async () => {
  const code = `export const who = () => process.pid\nexport default () => {}\n`
  await a.ask('pod.push', { name: 'web', code, file: 'web.js', path: 'fleet' })
  await b.ask('pod.start', { name: 'web', path: 'fleet', config: { scale: 2 } })
  const status = await until(async () => {
    const now = await inFleet(a, 'web')
    return now.status === 'up' && now.runs.length === 2 && now
  }, 'it is up on both')
  assert.equal(status.runs.map(({ id }) => id.split('.')[0]).sort(), ['a', 'b'])
  assert.match(await a.ok('fleet', 'renew'), /3 certificates/)
  const { value } = await b.ask('pod.call', { name: 'web', fn: 'who', args: [], path: 'fleet' })
  assert.ok(status.runs.some(({ pid }) => pid === value))
  await a.ask('pod.push', { name: 'large', code, file: 'large.js', path: 'fleet' })
  const config = { limits: { memory: '1000TB' } }
  await a.ask('pod.start', { name: 'large', path: 'fleet', config, wait: false })
  await until(
    async () => /there is no room on any host/.test((await inFleet(b, 'large')).text),
    'it says what it waits for',
  )
  await a.ask('pod.remove', { name: 'large', force: true, path: 'fleet' })
})

withNats(
  'a host that is removed is cut off, says so, and its pods are elsewhere; it can be invited again',
  async () => {
    assert.match((await a.pod('fleet', 'remove', 'nobody')).stderr, /no host "nobody"/)
    assert.match((await a.pod('fleet', 'remove', 'a')).stderr, /Cannot remove the host that is asked/)
    assert.match(await a.ok('fleet', 'remove', 'b'), /Host "b" is out of the fleet, and its credential is void/)
    await until(async () => /refuses the credential of this host/.test((await stateOf(b)).problem), 'it says why')
    await until(async () => {
      const { status, runs } = await inFleet(a, 'web')
      return status === 'up' && runs.length === 2 && runs.every(({ id }) => id.startsWith('a.'))
    }, 'all of it is elsewhere')
    assert.equal(
      (await stateOf(a)).hosts.map(({ name }) => name),
      ['a'],
    )
    assert.is(
      await b.ok('fleet', 'leave'),
      'Host "b" has left the fleet, whose engine refused its credential already\n',
    )
    const joined = await joinBy(await invite(), '--name', 'b')
    assert.match(joined.stdout, /Host "b" is in fleet/, joined.stderr)
  },
)

const doctorOf = async (host: TestHost) => (await host.pod('fleet', 'doctor')).stdout
const isKept = /^All is well$/m

withNats('a host that does not keep the engine says who does, and by name what is gone', async () => {
  await until(async () => isKept.test(await doctorOf(b)), 'all is well')
  assert.match(await b.ok('fleet', 'status'), /host "a" keeps its engine/)
  await a.ok('stop', 'local', 'fleet')
  const gone = /error: host "a", which keeps the engine, (?:is gone|does not answer): nobody joins/
  const said = await until(async () => {
    const text = await doctorOf(b)
    return gone.test(text) && text
  }, 'the keeper is named')
  assert.not.match(said, /server p8a-.* does not answer/)
  await a.ok('start', 'local', 'fleet')
  await until(async () => isKept.test(await doctorOf(b)), 'all is well again')
})

withNats('another host that gets the keys keeps the engine, and the one before it steps down and says so', async () => {
  const [from, to] = [a, b].map(host => join(host.data, 'pods/fleet/storage/keys.json')) as [string, string]
  copyFileSync(from, to)
  chmodSync(to, 0o600)
  await b.ok('restart', 'local', 'fleet')
  const stepped = /Host "b" keeps the engine of the fleet now, and this host no more/
  await until(async () => stepped.test((await stateOf(a)).problem), 'it says so')
  assert.match(await doctorOf(a), stepped)
  assert.match((await a.pod('fleet', 'invite')).stderr, /does not keep the engine/)
  assert.match(await b.ok('fleet', 'invite'), /^p8a-fleet:/)
  assert.equal([existsSync(from), existsSync(`${from}.old`)], [false, true])
  await a.ok('restart', 'local', 'fleet')
  await until(async () => stepped.test((await stateOf(a)).problem), 'so does its next process')
  await until(async () => (await stateOf(b)).hosts.every(({ status }) => status === 'active'), 'both are there')
})

withNats('a host whose clock is a day off is told by name, and is a host as any other', async () => {
  const clock = join(a.dir, 'clock.mjs')
  writeFileSync(clock, 'const now = Date.now\nDate.now = () => now() + 86_400_000\n')
  await a.ok('stop', 'local', 'fleet')
  await a.ok('start', 'local', 'fleet', '--env', `NODE_OPTIONS=--import=${clock}`)
  await until(async () => /the clock of host "a" is 86\d\d\d s off/.test(await b.ok('fleet', 'doctor')), 'it is told')
  await until(async () => (await stateOf(b)).hosts.every(({ status }) => status === 'active'), 'both are there')
  assert.ok((await stateOf(a)).isUp)
})

test.run()
