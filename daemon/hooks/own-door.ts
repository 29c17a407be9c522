// Whether an address is a door of the host itself, which would be told of what it does by itself. Pure.
import { BlockList, isIP, isIPv6 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
/** The address of no machine, which leads to this one. */
const anywhere: readonly string[] = ['0.0.0.0', '::']

export type Target = { address: string; port: number }

/**
 * @param doors as a host names them: `tls://0.0.0.0:3000`
 * @param local the addresses of this machine
 */
export function isOwnDoor({ address, port }: Target, doors: readonly string[], local: readonly string[]): boolean {
  const wanted = plain(address)
  return doors.some(door => {
    const [, host = '', number = ''] = /^(?:\w+:\/\/)?(.*):(\d+)$/.exec(door) ?? []
    const bound = plain(host.replace(/^\[|\]$/g, ''))
    if (Number(number) !== port || isIP(bound) === 0) return false
    if (wanted === bound) return true
    if (anywhere.includes(wanted)) return isLoopback(bound) || anywhere.includes(bound)
    return anywhere.includes(bound) && (isLoopback(wanted) || local.map(plain).includes(wanted))
  })
}

function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** An IPv4 address in the clothes of IPv6 is one of IPv4; a URL has it as two groups of hex. */
function plain(address: string): string {
  const [, dotted, high, low] = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([\da-f]{1,4}):([\da-f]{1,4}))$/i.exec(address) ?? []
  if (high === undefined || low === undefined) return dotted ?? address
  return [high, low].flatMap(group => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.')
}
