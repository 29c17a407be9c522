// Finds this user's own host behind a loopback address, so that a local user never types a token. `pod` then uses the
// Unix socket of that host: nobody else can own it, while another user may have a port of `localhost`.

import { deadlineSignal } from '../../protocol/deadline.ts'
import { type Address, isLoopback, parseAddress } from '../client/address.ts'
import { connect } from '../client/client.ts'
import { dataDir, socketFile } from '../host/data-dir.ts'
import { changeConfig, readConfig } from './config-file.ts'

/** How many data directories are remembered for a port. */
const mostRemembered = 5

/** How long a host of ours may take to say which port is its own. */
const askMs = 1000

/** The Unix socket of the host of this user that serves `address`, or undefined. */
export async function ownSocket(address: Address, givenDir: string): Promise<Address | undefined> {
  if (address.kind === 'unix' || !isLoopback(address)) return undefined
  const remembered = readConfig().hosts[address.port] ?? []
  for (const dir of new Set([givenDir, ...remembered, dataDir(undefined)])) {
    const socket = { kind: 'unix', path: socketFile(dir) } as const
    if (await serves(socket, address)) return socket
  }
  return undefined
}

/** Remembers that the host in `dir` was started on `port`. */
export async function rememberHost(port: number, dir: string): Promise<void> {
  if (readConfig().hosts[port]?.[0] === dir) return
  await changeConfig(({ hosts }) => {
    const others = (hosts[port] ?? []).filter(other => other !== dir)
    return { hosts: { ...hosts, [port]: [dir, ...others].slice(0, mostRemembered) } }
  })
}

/**
 * Whether the host behind `socket` says that `address` is its own: the same address, or one that its wildcard includes.
 */
async function serves(socket: Address, address: Extract<Address, { kind: 'tcp' }>): Promise<boolean> {
  try {
    const client = await connect(socket, { signal: deadlineSignal(askMs) })
    const { addresses } = await client.call('host.info', {}).finally(() => client.close())
    return addresses.map(parseAddress).some(own => {
      if (own.kind === 'unix' || own.port !== address.port) return false
      const isAny = own.host === '0.0.0.0' || own.host === '::'
      return own.host === address.host || address.host === 'localhost' || isAny
    })
  } catch {
    // There is no host, or it does not answer: it serves nothing.
    return false
  }
}
