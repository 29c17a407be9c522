// What the kernel tells of the connections of a port, of a program that cannot be asked. Linux alone tells.

import { readFile } from 'node:fs/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import type { Port } from '../../protocol/listen.ts'

/** `open`: how many there are, also those that nobody has accepted yet. `closedMs`: how long ago the last one closed that it remembers. */
export type Connections = { open: number; closedMs?: number }

const established = 0x01
const timeWait = 0x06
const listening = 0x0a
/** `CONFIG_HZ` as `/proc` shows it, and how long the kernel remembers a connection that was closed. */
const tickMs = 10
const rememberedMs = 60_000
/** A path in `/proc/net/unix` whose socket is connected. */
const connected = '03'

/** The ports from which the host itself has connected of late, with until when that counts. */
const own = new Map<number, number>()

/** The host itself has connected from that port, which is nothing that goes on. */
export function noteOwn(port: number | undefined): void {
  const now = monotonicMs()
  for (const [known, untilMs] of own) if (untilMs < now) own.delete(known)
  if (port !== undefined) own.set(port, now + 2 * rememberedMs)
}

/** Undefined where the system does not tell. */
export async function readConnections(ports: readonly Port[]): Promise<Connections | undefined> {
  try {
    const texts = await Promise.all(
      ['/proc/net/tcp', '/proc/net/tcp6'].map(file => readFile(file, 'latin1').catch(() => '')),
    )
    const unix = ports.some(port => 'path' in port) ? await readFile('/proc/net/unix', 'latin1') : ''
    if (texts.every(text => text === '')) return undefined
    return connectionsIn({ tcp: texts.join('\n'), unix }, ports, port => (own.get(port) ?? 0) > monotonicMs())
  } catch {
    return undefined
  }
}

/** @param isOwn whether the host itself has connected from there */
export function connectionsIn(
  { tcp, unix }: { tcp: string; unix: string },
  ports: readonly Port[],
  isOwn: (port: number) => boolean,
): Connections {
  const numbers = new Set(ports.flatMap(port => ('port' in port ? [port.port] : [])))
  const paths = new Set(ports.flatMap(port => ('path' in port ? [port.path] : [])))
  let open = unix.split('\n').filter(line => isConnected(line, paths)).length
  let closedMs: number | undefined
  for (const line of tcp.split('\n')) {
    const row = rowOf(line)
    if (!row || row.state === listening) continue
    const isServers = numbers.has(row.local) && !isOwn(row.remote)
    // One that a client on this machine closed is remembered as the client's.
    const isClients = row.state === timeWait && row.isHere && numbers.has(row.remote) && !isOwn(row.local)
    if (!isServers && !isClients) continue
    if (row.state !== timeWait) {
      open += row.state === established ? 1 : 0
      continue
    }
    closedMs = Math.min(closedMs ?? rememberedMs, Math.max(0, rememberedMs - row.leftMs))
  }
  return { open, ...(closedMs !== undefined && { closedMs }) }
}

/** `isHere`: its other end is this machine's loopback. */
type Row = { local: number; remote: number; isHere: boolean; state: number; leftMs: number }

const rowPattern = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \d\d:([0-9A-F]+)/

function rowOf(line: string): Row | undefined {
  const [, , local, address, remote, state, left] = rowPattern.exec(line) ?? []
  if (!local || !address || !remote || !state || !left) return undefined
  const hex = (text: string) => Number.parseInt(text, 16)
  return {
    local: hex(local),
    remote: hex(remote),
    isHere: isLoopback(address),
    state: hex(state),
    leftMs: hex(left) * tickMs,
  }
}

/** The kernel writes an address in words of four bytes, each backwards. */
function isLoopback(address: string): boolean {
  return address.slice(-8).endsWith('7F') || address === '00000000000000000000000001000000'
}

function isConnected(line: string, paths: ReadonlySet<string>): boolean {
  const parts = line.split(/\s+/)
  return parts[5] === connected && paths.has(parts.slice(7).join(' '))
}
