// The program that stays the parent of scripts and of services in other languages, one for all of a host: it begins
// them, stores their output, and notes how they ended. It outlives the host while it keeps any, and ends by itself when
// it has had none for a while.
import { mkdirSync } from 'node:fs'
import type { PortsOrder, ToKeeper } from '../../protocol/keeper.ts'
import { linkEnv, type ToHost } from '../../protocol/link.ts'
import type { Peer } from '../../protocol/peer.ts'
import { Link } from '../link/link.ts'
import { guardedOrders } from './guard.ts'
import { portHandlers, scriptHandlers, serviceHandlers, shimHandlers } from './handlers.ts'
import { Keeping } from './keeping.ts'
import { Pipes } from './pipes.ts'
import { KeptShims } from './shims.ts'

/** Where the sockets are that it was born with. */
const firstSocket = 3

main()

function main(): void {
  const { [linkEnv.socket]: socket, [linkEnv.ticket]: ticket, [linkEnv.folder]: dir = '.' } = process.env
  if (!socket || !ticket) {
    process.stderr.write('This program is started by a p8a host, not by hand\n')
    process.exit(2)
  }
  process.title = 'p8a keeper'
  enter(dir)
  const pipes = new Pipes(dir)
  const keeping = new Keeping(pipes, {
    command: [process.execPath, ...process.execArgv, process.argv[1] as string],
    env: process.env,
    dir,
  })
  inherit(keeping)
  const shims = new KeptShims(keeping.sockets, pipes)
  const link = new Link<ToKeeper>({
    socket,
    // With nothing to keep it does not outlive its host, like a spare.
    shouldRedial: () => {
      keeping.onHostGone()
      if (!keeping.hasWork) pipes.remove()
      return keeping.hasWork
    },
  })
  // If it ends in any other way, the one that waits beside it takes its place.
  process.on('exit', code => {
    if (code === 0) keeping.guard.end()
  })
  // What it keeps is worth more than whoever ends a whole session, or all processes of a user, knows.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => keeping.leave())
  const host = () => link.peer
  link.dial({
    handlers: {
      ...scriptHandlers(keeping, host),
      ...serviceHandlers(keeping, host),
      ...portHandlers(keeping, host),
      ...shimHandlers(shims, host),
    },
    onConnected: peer => void sayHello(peer, { keeping, ticket }),
  })
}

/** One that has waited beside another finds it gone where somebody has removed it meanwhile. What it keeps is worth more. */
function enter(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    process.chdir(dir)
  } catch (error) {
    process.stderr.write(`${error}\n`)
  }
}

/** From a run that has begun it, or since it has waited beside another keeper. */
function inherit({ sockets, guard }: Keeping): void {
  const { [linkEnv.ports]: ports, [linkEnv.guarded]: guarded } = process.env
  const orders: PortsOrder[] = []
  if (ports !== undefined) orders.push(JSON.parse(ports))
  if (guarded !== undefined) orders.push(...guardedOrders(guarded))
  let first = firstSocket
  for (const order of orders) {
    sockets.inherit(order, first)
    first += order.ports.length
    void guard.cover(order.key)
  }
}

async function sayHello(
  peer: Peer<ToHost, ToKeeper>,
  { keeping, ticket }: { keeping: Keeping; ticket: string },
): Promise<void> {
  const hello = { ticket, pid: process.pid, state: 'up' as const, keeping: await keeping.now() }
  // If a host goes away before it answers, the next connection says hello again.
  const welcome = await peer.request('hello', hello).catch(() => undefined)
  if (welcome?.do === 'end') keeping.disown()
}
