// The program that stays the parent of scripts, one for all of a host: begins them, holds their output, notes how they
// ended. It outlives the host while it keeps any, and ends by itself when it has had nothing to keep for a while.
import type { ToKeeper } from '../../protocol/keeper.ts'
import { linkEnv, type ToHost } from '../../protocol/link.ts'
import type { Peer } from '../../protocol/peer.ts'
import { Link } from '../link/link.ts'
import { Keeping } from './keeping.ts'
import { Pipes } from './pipes.ts'

main()

function main(): void {
  const { [linkEnv.socket]: socket, [linkEnv.ticket]: ticket } = process.env
  if (!socket || !ticket) {
    process.stderr.write('This program is started by a p8a host, not by hand\n')
    process.exit(2)
  }
  process.title = 'p8a keeper'
  const pipes = new Pipes(process.cwd())
  const keeping = new Keeping(pipes)
  const link = new Link<ToKeeper>({
    socket,
    // With nothing to keep it does not outlive its host, as a spare does not.
    shouldRedial: () => {
      if (!keeping.hasWork) pipes.remove()
      return keeping.hasWork
    },
  })
  link.dial({
    handlers: {
      begin: async order =>
        await keeping.begin(order, note => link.peer?.notify('scriptEnded', { key: order.key, note })),
      retire: () => {
        keeping.retire()
        return null
      },
    },
    onConnected: peer => void sayHello(peer, { keeping, ticket }),
  })
}

async function sayHello(
  peer: Peer<ToHost, ToKeeper>,
  { keeping, ticket }: { keeping: Keeping; ticket: string },
): Promise<void> {
  const hello = { ticket, pid: process.pid, state: 'up' as const, keeping: await keeping.now() }
  // A host that went away before it answered hears it again on the next connection.
  const welcome = await peer.request('hello', hello).catch(() => undefined)
  if (welcome?.do === 'end') keeping.leave()
}
