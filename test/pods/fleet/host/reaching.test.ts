// What a gateway is told of a pod at other hosts, and the way that it gets there: three hosts in one process, each with a door and a pod at real ports.
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodHere } from '../../../../pods/fleet/direct/arrival.ts'
import { type Direct, DirectBus } from '../../../../pods/fleet/direct/bus.ts'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { Reaching } from '../../../../pods/fleet/host/reaching.ts'
import type { HostRecord, Report } from '../../../../pods/fleet/records.ts'
import { freePort } from '../../../free-port.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'

const test = suite('reaching')
/** On a machine that has much else to do. */
const patientMs = 60_000
const limits = { tunnels: 10, pods: 1 }
const up: Report = {
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] },
  routes: [{ at: 'web.test' }],
}

/** The hosts a, b and c: what b and c have is told to a, whose pods are here only if a test says so. */
async function fleet({ againForMs = 0, at = 'ways' } = {}) {
  const dir = scratch()
  const known = new Map<string, Direct>()
  const told = new Map<string, Record<string, Report>>([['b', { web: up, other: up }]])
  const gone = new Set<string>()
  const logged: string[] = []
  const opened: Promise<unknown>[] = []
  const here = new Map<string, PodHere>()
  const hosts: { bus: DirectBus; close: () => void }[] = []
  /** Each pod says whose it is to whoever connects. */
  const make = async (host: string) => {
    const sockets: Socket[] = []
    const server = createServer(socket => {
      sockets.push(socket.on('error', () => {}))
      socket.write(host)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const pod: PodHere = { status: 'up', up: 1, ports: [{ name: 'http', host: '127.0.0.1', port }] }
    const engine = new EmbeddedEngine(new Hub())
    const bus = new DirectBus({
      ...{ engine, fleet: 'f', host, directOf: (name: string) => known.get(name), log: () => {} },
      tunnels: { most: 10, here: () => pod },
      openMs: patientMs,
    })
    // What the system gives may be somebody else's as soon as the host is away, who answers nothing.
    await bus.listen('127.0.0.1', await freePort())
    known.set(host, bus.told as Direct)
    const close = () => {
      bus.close()
      server.close()
      for (const socket of sockets) socket.destroy()
    }
    hosts.push({ bus, close })
    return { bus, pod, close }
  }
  const [a, b, c] = [await make('a'), await make('b'), await make('c')]
  const folder = join(dir.path('.'), at)
  const reaching = new Reaching({
    ...{
      folder,
      host: 'a',
      limits,
      openMs: patientMs,
      againForMs,
      isAlive: host => !gone.has(host),
      here: pod => here.get(pod),
    },
    isDirect: host => known.has(host),
    open: async (to, wanted, ending) => {
      const opening = a.bus.tunnel(to, wanted, ending)
      opened.push(opening)
      return await opening
    },
    log: text => logged.push(text),
    tables: {
      hostsWith: pod =>
        [...told].flatMap(([name, pods]) => (pods[pod] ? [{ name, pods } as unknown as HostRecord] : [])),
    },
  })
  /** Whose pod answers at a socket; empty if none does. */
  const askAt = async (path: string): Promise<string> => {
    const socket = connect(path)
    socket.on('error', () => {})
    let text = ''
    socket.on('data', chunk => {
      text += chunk
      socket.destroy()
    })
    await new Promise<void>(resolve => socket.on('close', () => resolve()))
    return text
  }
  const pathOf = async (pod: string) => ((await reaching.of(pod))?.ports?.[0] as { path: string } | undefined)?.path
  return {
    ...{ a, b, c, known, told, gone, here, logged, opened, reaching, askAt, pathOf, folder },
    async [Symbol.asyncDispose]() {
      await reaching.close()
      for (const { close } of hosts) close()
      dir[Symbol.dispose]()
    },
  }
}

test('a pod at other hosts has its routes, and a socket of its own; one that is here alone has its own ports', async () => {
  await using at = await fleet()
  assert.is(at.reaching.of('nothing'), undefined)
  const said = await at.reaching.of('web')
  assert.equal([said?.config, said?.elsewhere], [{ route: [{ at: 'web.test' }] }, { up: 1 }])
  const path = (await at.pathOf('web')) ?? ''
  assert.equal([statSync(path).mode & 0o777, statSync(at.folder).mode & 0o777], [0o600, 0o700])
  assert.is(await at.askAt(path), 'b')
  at.here.set('own', at.a.pod)
  assert.equal(await at.reaching.of('own'), { ports: at.a.pod.ports })
})

test('this host is taken first, then another one; where one is not reached, the next one is', async () => {
  await using at = await fleet()
  const path = (await at.pathOf('web')) ?? ''
  at.told.set('a', { web: up })
  at.here.set('web', at.a.pod)
  assert.is(await at.askAt(path), 'a')
  // What a has is down, whatever was told last.
  at.here.set('web', { ...at.a.pod, status: 'waiting', up: 0 })
  assert.is(await at.askAt(path), 'b')
  at.told.set('c', { web: up })
  at.b.close()
  assert.equal([await at.askAt(path), await at.askAt(path)], ['c', 'c'])
  at.told.delete('a')
  at.gone.add('c')
  assert.is(await at.askAt(path), '')
  assert.match(at.logged.join(), /^Pod "web" was not reached: b: .*ECONNREFUSED$/)
})

test('whoever comes while the only host that has it does not answer waits for that one', async () => {
  await using at = await fleet({ againForMs: patientMs })
  const path = (await at.pathOf('web')) ?? ''
  const { port } = at.known.get('b') as Direct
  at.b.bus.close()
  const asked = at.askAt(path)
  await until(() => at.opened.length > 0, 'it is tried')
  await at.opened[0]?.catch(() => {})
  await at.b.bus.listen('127.0.0.1', port)
  assert.is(await asked, 'b')
  // What a host says of its pod is no reason to try again.
  at.b.pod.ports = []
  assert.is(await at.askAt(path), '')
  assert.match(at.logged.join(), /^Pod "web" was not reached: b: pod "web" listens nowhere there$/)
})

test('why it is not reached is told: no direct connections, or more pods than are allowed', async () => {
  await using at = await fleet()
  assert.ok(await at.pathOf('web'))
  const { elsewhere, ports } = (await at.reaching.of('other')) ?? {}
  assert.equal([elsewhere?.up, ports], [0, undefined])
  assert.match(elsewhere?.problem ?? '', /a way to 1 pods already, and "tunnel-pods"/)
  at.known.delete('b')
  assert.match((await at.reaching.of('web'))?.elsewhere?.problem ?? '', /^b: there are no direct connections/)
  at.known.delete('a')
  assert.match((await at.reaching.of('web'))?.elsewhere?.problem ?? '', /^this host has no direct connections/)
})

test('no more connections go to other hosts at once than are allowed, and that is told; once one has ended there is room again', async () => {
  await using at = await fleet()
  const path = (await at.pathOf('web')) ?? ''
  const sockets = Array.from({ length: limits.tunnels }, () => connect(path))
  await Promise.all(sockets.map(async socket => await once(socket, 'data')))
  assert.is(await at.askAt(path), '')
  assert.match(
    at.logged.join(),
    /^Pod "web" was not reached: there are as many tunnels as "tunnels" of the fleet pod allows$/,
  )
  sockets[0]?.destroy()
  await until(async () => (await at.askAt(path)) === 'b', 'there is room')
  for (const socket of sockets) socket.destroy()
})

test('of those who wait for a host that does not answer, a tenth of all tunnels wait, and the rest are told at once', async () => {
  await using at = await fleet({ againForMs: patientMs })
  const path = (await at.pathOf('web')) ?? ''
  const { port } = at.known.get('b') as Direct
  at.b.bus.close()
  const first = at.askAt(path)
  await until(() => at.opened.length > 1, 'it is tried again')
  assert.is(await at.askAt(path), '')
  // Somebody else may have had the port for a moment.
  const isThere = async () => {
    await at.b.bus.listen('127.0.0.1', port)
    return at.b.bus.told
  }
  await until(isThere, 'it is there again')
  assert.is(await first, 'b')
})

test('where the path of a socket would be too long, it is in a folder of its own that is short, which goes with it', async () => {
  const long = join('long'.repeat(10), 'long'.repeat(10), 'ways')
  let path = ''
  {
    await using at = await fleet({ at: long })
    path = (await at.pathOf('web')) ?? ''
    assert.not.ok(path.includes('long'), path)
    assert.equal([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777], [0o600, 0o700])
    assert.is(await at.askAt(path), 'b')
  }
  assert.not.ok(existsSync(dirname(path)))
})

test('a host that is gone ends what goes to it, and a pod that is nowhere else has no socket any more', async () => {
  await using at = await fleet()
  const path = (await at.pathOf('web')) ?? ''
  const socket = connect(path)
  await once(socket, 'data')
  const ended = new Promise<void>(resolve => socket.on('error', () => {}).on('close', () => resolve()))
  at.gone.add('b')
  await ended
  at.told.set('b', { other: up })
  await until(async () => (await at.pathOf('other')) !== undefined, 'there is room for another one')
})

test.run()
