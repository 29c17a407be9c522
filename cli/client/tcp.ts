// A connection to a host by TCP, plain or private. Loaded only for such an address: it brings Node's sockets and streams.
import { connect, type Socket } from 'node:net'
import { type Pipe, type PipeEvents, pipeOf } from '../../protocol/pipe.ts'
import type { TcpAddress } from './address.ts'

/** @param fingerprint of the certificate that is pinned: nothing is sent to a host that has another */
export async function openTcp(address: TcpAddress, events: PipeEvents, fingerprint?: string): Promise<Pipe> {
  const { onConnected } = events
  const { host, port } = address
  const socket = address.tls
    ? await connectPrivately(address, onConnected, fingerprint)
    : connect({ host, port }, onConnected)
  return pipeOf(socket.setNoDelay(true), events)
}

async function connectPrivately(address: TcpAddress, onConnected: () => void, fingerprint?: string): Promise<Socket> {
  const { connectTls, checkPinned } = await import('./tls.ts')
  const socket = connectTls(address, fingerprint)
  return socket.once('secureConnect', () => {
    try {
      checkPinned(socket, address, fingerprint)
      onConnected()
    } catch (error) {
      socket.destroy(error as Error)
    }
  })
}
