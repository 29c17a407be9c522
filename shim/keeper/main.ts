// The program that stays the parent of scripts, one for all of a host: begins them, holds their output, notes how they
// ended. It outlives the host while it keeps any, and ends by itself when it has had nothing to keep for a while.
import type { ToKeeper } from '../../protocol/keeper.ts'
import { linkEnv, type ToHost } from '../../protocol/link.ts'
import type { Peer } from '../../protocol/peer.ts'
import { version } from '../../protocol/version.ts'
import { Link } from '../link.ts'
import { Kept } from './kept.ts'
import { Pipes } from './pipes.ts'

/** How long it stays without anything to keep. */
const idleMs = 60_000

main()

function main(): void {
  const { [linkEnv.socket]: socket, [linkEnv.ticket]: ticket } = process.env
  if (!socket || !ticket) {
    process.stderr.write('This program is started by a p8a host, not by hand\n')
    process.exit(2)
  }
  process.title = 'p8a keeper'
  const pipes = new Pipes(process.cwd())
  const kept = new Map<string, Kept>()
  const beginning = new Set<Promise<Kept>>()
  let isRetired = false
  let idle: NodeJS.Timeout | undefined
  const rest = () => {
    clearTimeout(idle)
    if (kept.size + beginning.size > 0) return
    idle = setTimeout(leave, isRetired ? 0 : idleMs)
  }
  const leave = () => {
    if (kept.size + beginning.size > 0) return
    pipes.remove()
    process.exit(0)
  }
  const link: Link<ToKeeper> = new Link<ToKeeper>({
    socket,
    handlers: {
      begin: async order => {
        clearTimeout(idle)
        const begun = Kept.begin(order, pipes).finally(() => beginning.delete(begun))
        beginning.add(begun)
        try {
          const script = await begun
          kept.set(order.key, script)
          void script.ended.then(note => {
            kept.delete(order.key)
            link.peer?.notify('scriptEnded', { key: order.key, note })
            rest()
          })
          return { pid: script.pid }
        } catch (error) {
          rest()
          throw error
        }
      },
      retire: () => {
        isRetired = true
        rest()
        return null
      },
    },
    // With nothing to keep it does not outlive its host, as a spare does not.
    shouldRedial: () => {
      const hasWork = kept.size + beginning.size > 0
      if (!hasWork) pipes.remove()
      return hasWork
    },
    onConnected: sayHello,
  })
  rest()
  link.dial()

  async function sayHello(peer: Peer<ToHost, ToKeeper>): Promise<void> {
    // Else the host would take what is just being begun for something that never was.
    await Promise.allSettled(beginning)
    const scripts = [...kept].map(([key, { pid }]) => ({ key, pid }))
    const hello = { ticket: ticket ?? '', pid: process.pid, state: 'up' as const, keeping: { version, scripts } }
    // A host that went away before it answered hears it again on the next connection.
    const welcome = await peer.request('hello', hello).catch(() => undefined)
    if (welcome?.do === 'end') leave()
  }
}
