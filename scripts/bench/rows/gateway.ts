// The gateway, and other proxies, beside the same app that is asked without one.
import { cpuMs } from '../processes.ts'
import type { Session } from '../session.ts'
import { clients, type Fronted, fronted, type Side } from './fronted.ts'
import type { Row } from './row.ts'

const connections = 64

type Closed = { perSecond: number; p50: number; p99: number; all: number; failed: number }

export const gateway: Row = {
  id: 'gateway',
  among: 'proxies',
  title: 'requests through a proxy',
  how: 'A server of `node:http` stands behind the proxy, which has one worker. 64 clients in a process of their own ask over connections that are kept, each again once it was answered, 30,000 times for 1 KB and 1,000 times for 1 MB (with --quick a tenth), after as many that do not count; then one asks 100 times a second; then 64 joined connections (WebSockets) send 100 bytes each, again once they are back. Last, new connections by TLS 1.3 (ECDSA), four at a time, each with one request: without and with the session of an earlier one. CPU is that of the processes of the proxy; bare is the server without a proxy, in turn with it.',
  figures: [
    { id: 'rps', title: 'requests a second, 1 KB', unit: 'requests', aim: '' },
    { id: 'p50', title: 'of these, 50th percentile', unit: 'ms', aim: '' },
    { id: 'p99', title: 'of these, 99th percentile', unit: 'ms', aim: '' },
    { id: 'cpu', title: 'of these, CPU a request', unit: 'µs', aim: 'at most 2.3×' },
    { id: 'rps-1m', title: 'requests a second, 1 MB', unit: 'requests', aim: '' },
    { id: 'p99-1m', title: 'of these, 99th percentile', unit: 'ms', aim: '' },
    { id: 'cpu-1m', title: 'of these, CPU a request', unit: 'µs', aim: '' },
    { id: 'added', title: 'latency that it adds at 100 a second', unit: 'ms', aim: 'under 0.5 ms', isAboveBare: true },
    { id: 'messages', title: 'messages a second over WebSockets', unit: 'calls', aim: '' },
    { id: 'handshakes', title: 'TLS handshakes a second', unit: 'calls', aim: '' },
    { id: 'resumed', title: 'TLS handshakes a second, resumed', unit: 'calls', aim: '' },
    { id: 'failed', title: 'failed of all these requests', unit: 'requests', aim: '0' },
  ],
  isFor: manager => manager.front !== undefined,
  async measure(session) {
    const { samples } = session
    const at = await fronted(session)
    let failed = 0
    for (const path of paths) for (const { port } of [at.bare, at.own]) await ask(session, port, path)
    for (let turn = session.rounds({ full: 5, quick: 2 }); turn > 0; turn--) {
      for (const path of paths) failed += await closed(session, at, path)
      await added(session, at)
      if (at.front.takesUpgrades) await perSecond(session, at, { id: 'messages', kind: 'echo', isSecure: false })
      if (!at.front.takesTls) continue
      await perSecond(session, at, { id: 'handshakes', kind: 'handshakes', isSecure: true })
      await perSecond(session, at, { id: 'resumed', kind: 'handshakes', isSecure: true, resumes: true })
    }
    samples.add('failed', failed)
  },
}

const paths = ['/1k', '/1m'] as const
type Path = (typeof paths)[number]

async function ask(session: Session, port: number, path: Path): Promise<Closed> {
  const most = path === '/1k' ? 30_000 : 1000
  const count = session.options.isQuick ? most / 10 : most
  return await clients<Closed>(session, port, 'closed', { path, connections, count })
}

/** @returns how many failed */
async function closed(session: Session, { own, bare }: Fronted, path: Path): Promise<number> {
  const { samples } = session
  const suffix = path === '/1k' ? '' : '-1m'
  const taken = async (side: Side, add: (id: string, value: number) => void) => {
    const before = cpuMs(...side.pids)
    const got = await ask(session, side.port, path)
    add(`cpu${suffix}`, ((cpuMs(...side.pids) - before) * 1000) / got.all)
    add(`rps${suffix}`, got.perSecond)
    if (suffix === '') add('p50', got.p50)
    add(`p99${suffix}`, got.p99)
    return got.failed
  }
  await taken(bare, (id, value) => samples.addBare(id, value))
  return await taken(own, (id, value) => samples.add(id, value))
}

async function added(session: Session, { own, bare }: Fronted): Promise<void> {
  const options = { perSecond: 100, count: session.options.isQuick ? 100 : 500 }
  const without = (await clients<{ p50: number }>(session, bare.port, 'spaced', options)).p50
  session.samples.addBare('added', without)
  session.samples.add('added', (await clients<{ p50: number }>(session, own.port, 'spaced', options)).p50 - without)
}

type Asked = { id: string; kind: string; isSecure: boolean; resumes?: boolean }

async function perSecond(
  session: Session,
  { own, bare }: Fronted,
  { id, kind, isSecure, resumes = false }: Asked,
): Promise<void> {
  const forMs = session.options.isQuick ? 1000 : 5000
  const options = { connections, warmMs: forMs / 2, forMs, resumes }
  const each = async ({ port, tlsPort }: Side) =>
    (await clients<{ perSecond: number }>(session, isSecure ? tlsPort : port, kind, options)).perSecond
  session.samples.addBare(id, await each(bare))
  session.samples.add(id, await each(own))
}
