// At which addresses others reach a port that is open on every address of this machine.
import { networkInterfaces } from 'node:os'

/** @param bound as a host names it: `tls://0.0.0.0:3000` @returns undefined if it names one address */
export function reachableAt(bound: string): string[] | undefined {
  const [, scheme = '', host = '', port = ''] = /^(\w+:\/\/)?(.*):(\d+)$/.exec(bound) ?? []
  if (host !== '0.0.0.0' && host !== '[::]') return undefined
  return outerAddresses({ isBoth: host === '[::]' }).map(address => `${scheme}${address}:${port}`)
}

/** Those that only this machine has, or that need the name of an interface, lead nobody here. */
function outerAddresses({ isBoth }: { isBoth: boolean }): string[] {
  const found = Object.values(networkInterfaces())
    .flatMap(all => all ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
  const ofFamily = (wanted: string) => found.filter(({ family }) => family === wanted).map(({ address }) => address)
  return [...ofFamily('IPv4'), ...(isBoth ? ofFamily('IPv6').map(address => `[${address}]`) : [])]
}
