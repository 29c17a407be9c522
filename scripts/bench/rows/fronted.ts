// An app with a proxy before it, and the same app bare, for the rows about proxies.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App, Front } from '../adapters/manager.ts'
import { run } from '../command.ts'
import { freePort } from '../free-port.ts'
import { load } from '../load.ts'
import { childrenOf } from '../processes.ts'
import type { Session } from '../session.ts'

/** Where clients come in, with TLS and without, and the processes that then have something to do. */
export type Side = { port: number; tlsPort: number; pids: number[] }

export type Fronted = { app: App; own: Side; bare: Side; front: Front }

export async function fronted(session: Session): Promise<Fronted> {
  const { manager, bare } = session
  const ports: number[] = []
  for (let left = 5; left > 0; left--) ports.push(await freePort())
  const [upstream = 0, port = 0, tlsPort = 0, barePort = 0, bareTlsPort = 0] = ports
  const pair = await pairFor(session)
  await manager.up([])
  const app = session.app('proxied.mjs', 'app')
  const front = await manager.front?.({ app, upstream, port, tls: { port: tlsPort, ...pair } })
  if (!front) throw new Error('It is no proxy')
  const bareApp = session.app('proxied.mjs', 'bare', { port: `${barePort}`, tlsPort: `${bareTlsPort}`, ...pair })
  let barePid = 0
  await session.timeUp(bareApp, () => {
    barePid = bare.start(bareApp).pid
  })
  const pids = [front.pid, ...childrenOf(front.pid)]
  return {
    app,
    front,
    own: { port, tlsPort, pids },
    bare: { port: barePort, tlsPort: bareTlsPort, pids: [barePid] },
  }
}

export const clients = async <T>(session: Session, port: number, kind: string, options: object): Promise<T> =>
  await load<T>(session, port, kind, options, 'clients.mjs')

/** A certificate for `localhost`, as a file of its own in a folder. */
async function pairFor({ dir, env }: Session): Promise<{ certificate: string; key: string }> {
  const folder = join(dir, 'certificates')
  mkdirSync(folder)
  const [certificate, key] = [join(folder, 'localhost.pem'), join(folder, 'localhost.key')]
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key,
    '-out',
    certificate,
  ]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '30']
  await run({ program: 'openssl', args: ['req', '-x509', ...made, ...names], env, cwd: dir })
  return { certificate, key }
}
