// The shell's own port, off by default: TLS, the password, and then the prompt of `pod shell`, for people who only have
// `openssl s_client` or `ncat --ssl`. The prompt is the CLI's, in a process of its own.

import { once } from 'node:events'
import { access } from 'node:fs/promises'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import { deadline } from '../../../protocol/deadline.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { shellTicketEnv } from '../../../protocol/limits.ts'
import type { Listeners } from '../../system/listeners.ts'
import { cliCommand } from '../../system/programs.ts'
import { startTalk, type Talk } from '../../system/run-program.ts'
import type { Seams } from '../../system/seams.ts'
import type { Authority } from '../access/authority.ts'
import { Doorstep, type Visitor } from '../doorstep.ts'
import { listenError } from '../listen.ts'
import type { Certificate } from '../tls/certificate.ts'
import { Attempts } from './attempts.ts'
import { login } from './login.ts'

/** How long people may take to read why they have to leave. */
const leaveMs = 1000

/** How often the kernel asks a silent peer whether it is still there. */
const keepAliveMs = 60_000

type ShellSeams = Pick<Seams, 'paths' | 'settings' | 'clock' | 'log'>

export type ShellDoorOptions = {
  seams: ShellSeams
  listeners: Listeners
  host: string
  port: number
  certificate: Certificate
  authority: Authority
}

/** `close` tells people why, and resolves once they are gone. */
export type ShellDoor = { address: string; close(): Promise<void> }

/** @throws {P8aError} `bad_settings` if there is no password; `port_in_use`, `bad_address` */
export async function openShellDoor({
  seams,
  listeners,
  host,
  port,
  certificate,
  authority,
}: ShellDoorOptions): Promise<ShellDoor> {
  const { maxShellLogins, shellAttempts, shellLockout, authTimeout, shellLoginTimeout } = seams.settings
  const attempts = new Attempts({ most: shellAttempts, lockoutMs: shellLockout })
  await access(seams.paths.shellPassword).catch(cause => {
    throw new P8aError('bad_settings', 'Cannot serve the shell on a port of its own: it has no password', {
      hint: { text: 'Set one', do: { verb: 'host password' } },
      cause,
    })
  })
  let secureContext = tls.createSecureContext(certificate.pair)
  certificate.onChanged(() => {
    secureContext = tls.createSecureContext(certificate.pair)
  })
  // Who says nothing is told that he is late, if he speaks TLS at all; after that he is closed.
  const doorstep = new Doorstep({
    authTimeout: authTimeout + shellLoginTimeout,
    maxUnauthorizedConnections: maxShellLogins,
  })
  const parts = { seams, attempts, authority, here: new Map<net.Socket, Leave>(), inside: new Set<net.Socket>() }
  const server = net.createServer(plain => {
    const visitor = doorstep.admit(plain)
    // The close that follows every error does the rest.
    plain.on('error', () => {})
    const socket = new tls.TLSSocket(plain, { isServer: true, secureContext })
    serve(socket, visitor, parts).catch(error => {
      // For example too many open files: a person who comes later is served.
      seams.log.error('shell', 'a person could not be served', { err: error })
      socket.destroy()
    })
  })
  await listeners.open('shell', server, { host, port }).catch(error => {
    throw listenError(error, host, port)
  })
  server.on('error', error => seams.log.error('shell', 'its port has an error', { err: error }))
  const bound = server.address() as net.AddressInfo
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: async () => {
      server.close()
      const why = listeners.areKept ? 'Another version of the host takes over. Connect again.' : 'The host is stopped.'
      const gone = [...parts.here.keys()].map(async socket => await once(socket, 'close'))
      for (const leave of parts.here.values()) leave(`\n${why}\n`)
      await Promise.race([Promise.all(gone), delay(leaveMs, undefined, { ref: false })])
    },
  }
}

/** @param text the last thing that is said */
type Leave = (text?: string) => void

type Parts = {
  seams: ShellSeams
  attempts: Attempts
  authority: Authority
  /** What ends the connection of each person. */
  here: Map<net.Socket, Leave>
  /** The connections of people who gave the password. */
  inside: Set<net.Socket>
}

async function serve(
  socket: tls.TLSSocket,
  visitor: Visitor,
  { seams, attempts, authority, here, inside }: Parts,
): Promise<void> {
  const { address } = visitor
  // The close that follows every error does the rest.
  socket.on('error', () => {})
  // A client whose machine is gone sends nothing, and would keep its place.
  socket.setKeepAlive(true, keepAliveMs)
  let talk: Talk | undefined
  const leave: Leave = (text = '') => {
    talk?.output.unpipe(socket)
    if (socket.writable) socket.write(text)
    // Not only by ending our half: a client that does not close its own half would keep its place.
    socket.destroySoon()
  }
  here.set(socket, leave)
  socket.once('close', () => here.delete(socket))
  const late = deadline(() => leave('Too late.\n'), seams.settings.shellLoginTimeout)
  const isIn = await login(socket, { seams, attempts, address }).finally(() => clearTimeout(late))
  if (!isIn || !socket.writable) return leave()
  visitor.welcome()
  if (inside.size >= seams.settings.maxShells) return leave('Too many people are here. Try again later.\n')
  inside.add(socket)
  socket.once('close', () => inside.delete(socket))
  seams.log.info('shell', 'a person has entered', { address })
  // Verbs at this prompt come from that address, and not from this machine.
  const { ticket, end } = authority.present(`shell ${address}`)
  try {
    const command = cliCommand('shell', 'local', '--interactive', '--data', seams.paths.data)
    const started = startTalk(command, { [shellTicketEnv]: ticket })
    talk = started
    // A client that does not read makes the prompt wait, and a busy prompt makes the client wait.
    socket.pipe(started.input)
    started.output.pipe(socket)
    socket.on('close', () => started.end())
    await started.exited
  } finally {
    end()
    seams.log.info('shell', 'a person has left', { address })
  }
  leave()
}
