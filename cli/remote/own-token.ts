// Finds the token of this user's own host for a loopback address, so that a local user never types one. A token goes
// only to a port that a host of ours says is its own: whoever else listens there must not get it.
import { readFileSync } from 'node:fs'
import { type Address, isLoopback, parseAddress } from '../client/address.ts'
import { connect } from '../client/client.ts'
import { dataDir, socketFile, tokenFile } from '../host/data-dir.ts'
import { readConfig, writeConfig } from './config-file.ts'

/** How many data directories are remembered for a port. */
const mostRemembered = 5

/** How long a host of ours may take to say which port is its own. */
const askMs = 1000

/** The token for `address` where a host of this user serves it, or undefined. */
export async function ownToken(address: Address, givenDir: string): Promise<string | undefined> {
  if (address.kind === 'unix' || !isLoopback(address)) return undefined
  const remembered = readConfig().hosts[address.port] ?? []
  for (const dir of new Set([givenDir, ...remembered, dataDir(undefined)])) {
    if (!(await servesPort(dir, address.port))) continue
    return readToken(tokenFile(dir))
  }
  return undefined
}

/** Remembers that the host in `dir` was started on `port`. */
export async function rememberHost(port: number, dir: string): Promise<void> {
  const { hosts } = readConfig()
  const before = hosts[port] ?? []
  if (before[0] === dir) return
  const dirs = [dir, ...before.filter(other => other !== dir)].slice(0, mostRemembered)
  await writeConfig({ hosts: { ...hosts, [port]: dirs } })
}

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // A host that cannot show its token here will ask for one, and say so better than a failure to read a file.
    return undefined
  }
}

async function servesPort(dir: string, port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(askMs)
    const client = await connect({ kind: 'unix', path: socketFile(dir) }, { signal })
    const { addresses } = await client.call('host.info', {}).finally(() => client.close())
    return addresses.map(parseAddress).some(address => address.kind === 'tcp' && address.port === port)
  } catch {
    // No host there, or none that answers: it serves no port.
    return false
  }
}
