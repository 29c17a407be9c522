// A connection to the door of another host, which has shown that it is that host.
import { connect as connectPlainly, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { BusError } from '../port/ports.ts'
import { secretTls } from './secret.ts'

const usualOpenMs = 3000

export type Connecting = {
  host: string
  port: number
  /** Who this host is to the other one. */
  self: string
  secret: Buffer
  /** The one side may go on once the other one has ended. */
  allowHalfOpen?: boolean
  /** How long it may take to be there. */
  openMs?: number | undefined
}

/** `raw`: what is beneath, by which it can be broken off so that the other end knows it. */
export type Connected = { socket: TLSSocket; raw: Socket }

/**
 * @param ending given up once it is aborted
 * @throws {BusError} `not_delivered`
 */
export async function connectTo(
  { host, port, self, secret, allowHalfOpen = false, openMs = usualOpenMs }: Connecting,
  ending: AbortSignal,
): Promise<Connected> {
  const at = `${host}:${port}`
  const opened = Promise.withResolvers<Connected>()
  const fail = (why: string) => opened.reject(new BusError('not_delivered', why))
  const onClose = () => fail(`${at} has ended the connection`)
  const onError = (error: NodeJS.ErrnoException) => fail(`${at}: ${error.code ?? error.message}`)
  const onAbort = () => fail(`${at} is not asked any more`)
  const timer = setTimeout(() => fail(`${at} does not answer`), openMs)
  ending.addEventListener('abort', onAbort)
  if (ending.aborted) onAbort()
  const raw = connectPlainly({ host, port, allowHalfOpen })
  raw.on('error', onError)
  raw.once('close', onClose)
  raw.once('connect', () => {
    const socket = connect({ ...secretTls, socket: raw, pskCallback: () => ({ identity: self, psk: secret }) })
    socket.on('error', onError)
    socket.once('secureConnect', () => {
      // By a certificate it would be anyone, whatever Node thinks of that: only the secret shows who it is.
      if (!socket.isSessionReused()) fail(`${at} does not have the secret of this host and the other one`)
      else opened.resolve({ socket, raw })
    })
  })
  try {
    return await opened.promise
  } catch (error) {
    raw.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    ending.removeEventListener('abort', onAbort)
  }
}
