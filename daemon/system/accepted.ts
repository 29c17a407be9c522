// Who has accepted a connection that this host has made, where several processes accept at one port. Linux only, by /proc.
import { readFile } from 'node:fs/promises'
import { descendantsOf, hasOneOf } from './kin.ts'

/** A TCP connection within this machine: to which port it goes, and from which it comes. */
export type Connected = { port: number; from: number }

/**
 * Whether a process, or what it has started, has accepted a connection.
 * @returns undefined while nobody has, or where it is gone; false also where nobody may before it has data (`TCP_DEFER_ACCEPT`)
 */
export async function hasAccepted(pid: number, connected: Connected): Promise<boolean | undefined> {
  const texts = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map(file => readFile(file, 'latin1').catch(() => '')),
  )
  const inode = acceptedIn(texts.join('\n'), connected)
  if (inode === undefined) return undefined
  if (inode === deferred) return false
  const sockets = new Set([`socket:[${inode}]`])
  for (const each of [pid, ...(await descendantsOf(pid))]) if (await hasOneOf(each, sockets)) return true
  return false
}

/** The state of a connection that is not accepted before it has data, though its client has it. */
const received = '03'
const deferred = 'deferred'

/**
 * The inode of its socket, or `deferred`. A line: number, local address, remote address, state, five more, inode, which is 0 until it is
 * accepted.
 */
export function acceptedIn(text: string, { port, from }: Connected): string | undefined {
  const [local, remote] = [port, from].map(number => `:${number.toString(16).toUpperCase().padStart(4, '0')}`) as [
    string,
    string,
  ]
  for (const line of text.split('\n')) {
    if (!line.includes(remote)) continue
    const fields = line.trim().split(/\s+/)
    if (!fields[1]?.endsWith(local) || !fields[2]?.endsWith(remote)) continue
    if (fields[3] === received) return deferred
    const inode = fields[9]
    if (inode !== undefined && inode !== '0') return inode
  }
  return undefined
}
