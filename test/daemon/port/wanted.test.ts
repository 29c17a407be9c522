// Which sockets a pod is to have, among those of others, with real ports. What the errors say of a process that has one: ports.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Listen, portsFor } from '../../../daemon/port/wanted.ts'
import type { PortsOfPod } from '../../../daemon/store/ports-file.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { errorOf } from '../../fails.ts'
import { freePort } from '../../free-port.ts'

const paths = dataPaths('/nowhere')
const web = { key: 'web', pod: paths.pod('web') }
const keeper = { ticket: 'secret', pid: 7, startTime: 'then' }
const among = (had: Record<string, Partial<PortsOfPod>>, random = Math.random) => ({
  had: new Map(Object.entries(had).map(([key, of]) => [key, { v: 1, ports: [], chosen: {}, ...of } as PortsOfPod])),
  random,
})

test('portsFor() takes addresses as they are named, and a path of the pod where none is', async () => {
  const port = await freePort()
  const { ports, chosen } = await portsFor(web, { main: `127.0.0.1:${port}`, admin: 'unix' }, among({}))
  assert.equal(ports, [
    { name: 'main', host: '127.0.0.1', port },
    { name: 'admin', path: `${web.pod.dir}/admin.sock` },
  ])
  assert.equal(chosen, {})
})

test('portsFor() gives a Unix socket to users and groups by their numbers, and refuses those that are not there', async () => {
  const socketOf = async (words: string, user?: string) =>
    (await portsFor({ ...web, user }, { main: `unix:/nowhere/a.sock${words}` }, among({}))).ports
  const socket = { name: 'main', path: '/nowhere/a.sock' }
  assert.equal(await socketOf(''), [socket])
  assert.equal(await socketOf(',mode=660,owner=root,group=77'), [
    { ...socket, access: { mode: 0o660, owner: '0', group: '77' } },
  ])
  assert.equal(await socketOf('', 'root'), [{ ...socket, access: { owner: '0' } }])
  for (const kind of ['user', 'group']) {
    const error = await errorOf(() => socketOf(`,${kind === 'user' ? 'owner' : kind}=nobody-here`))
    assert.is(error.code, 'start_failed')
    assert.match(error.message, `there is no ${kind} "nobody-here" on this machine`)
  }
})

test('portsFor() keeps a port that was chosen, and chooses none that another pod has, also if it is not held now', async () => {
  const before = { main: await freePort() }
  const kept = await portsFor(web, { main: 'auto' }, among({ web: { chosen: before } }))
  assert.equal(kept.chosen, before)
  const numbers = [0, 0.5]
  const other = { chosen: { main: 20_000 } }
  const { ports } = await portsFor(
    web,
    { main: 'auto' },
    among({ other }, () => numbers.shift() ?? Math.random()),
  )
  assert.ok('port' in (ports[0] ?? {}) && (ports[0] as { port: number }).port !== 20_000)
})

test('portsFor() chooses a port also for one that is called as something every object has', async () => {
  const { ports, chosen } = await portsFor(
    web,
    { constructor: 'auto', toString: 'auto' } as object as Listen,
    among({}),
  )
  assert.equal(Object.keys(chosen), ['constructor', 'toString'])
  assert.equal(
    ports.map(port => [port.name, 'port' in port && port.port]),
    Object.entries(chosen),
  )
})

test('portsFor() names the pod that has an address, or one that includes it, and not one that only had it', async () => {
  const port = await freePort()
  for (const host of ['', '0.0.0.0', '127.0.0.1']) {
    const other = { ports: [{ name: 'main', host, port }], keeper }
    const error = await errorOf(() => portsFor(web, { main: `127.0.0.1:${port}` }, among({ other })))
    assert.is(error.code, 'port_taken')
    assert.match(error.message, 'pod "other" has it')
    const { keeper: _, ...rest } = other
    await portsFor(web, { main: `127.0.0.1:${port}` }, among({ other: rest }))
  }
})

test('portsFor() says so where no free port is found', async () => {
  const taken = { chosen: { main: 20_000 } }
  const error = await errorOf(() =>
    portsFor(
      web,
      { main: 'auto' },
      among({ other: taken }, () => 0),
    ),
  )
  assert.is(error.code, 'start_failed')
  assert.match(error.message, 'No free port was found')
})

test.run()
