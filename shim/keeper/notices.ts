// Hears what a service says by systemd's protocol (`sd_notify`): datagrams to a Unix socket, whose path the service has in
// `NOTIFY_SOCKET`. Each read of its stream is one datagram. Where the system's own functions cannot be called, nothing is heard.
import { rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { ServiceSaid } from '../../protocol/keeper.ts'
import { openDatagrams } from './system-calls.ts'

/** By what a service finds the socket. */
export const notifyVariable = 'NOTIFY_SOCKET'

export type Notices = {
  /** Hears nothing more, and removes the socket. */
  close(): void
}

/**
 * @param path where the socket is made, in the place of one that an earlier process left there
 * @returns undefined if it cannot be made
 */
export function hearNotices(path: string, onSaid: (said: ServiceSaid) => void): Notices | undefined {
  let stream: Socket | undefined
  let isClosed = false
  const open = () => {
    rmSync(path, { force: true })
    stream = openDatagrams(path)
    stream?.on('data', (datagram: Buffer) => {
      const said = readNotice(datagram.toString('utf8'))
      if (said) onSaid(said)
    })
    // What the stream takes for its end is a datagram without a byte.
    stream?.once('close', () => {
      if (!isClosed) open()
    })
    stream?.on('error', () => {})
    return stream !== undefined
  }
  if (!open()) return undefined
  return {
    close: () => {
      isClosed = true
      stream?.destroy()
      rmSync(path, { force: true })
    },
  }
}

/** What one datagram says; undefined if that is nothing that a host takes. */
export function readNotice(datagram: string): ServiceSaid | undefined {
  const said: ServiceSaid = {}
  for (const line of datagram.split('\n')) {
    if (line === 'READY=1') said.ready = true
    if (line.startsWith('STATUS=')) said.text = line.slice('STATUS='.length)
  }
  return Object.keys(said).length > 0 ? said : undefined
}
