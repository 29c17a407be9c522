// What the host asks of a keeper, by what it is about: scripts, services, ports, and processes of shims. It hands on.
import type { ToKeeper } from '../../protocol/keeper.ts'
import type { ToHost } from '../../protocol/link.ts'
import type { Handlers, Peer } from '../../protocol/peer.ts'
import type { Keeping, ServiceListener } from './keeping.ts'
import type { KeptShims } from './shims.ts'

type Asked<Method extends keyof ToKeeper> = Pick<Handlers<ToKeeper>, Method>

/** The host, while there is one. */
type Host = () => Peer<ToHost, ToKeeper> | undefined

export function scriptHandlers(keeping: Keeping, host: Host): Asked<'begin' | 'retire'> {
  return {
    begin: async order => await keeping.begin(order, note => host()?.notify('scriptEnded', { key: order.key, note })),
    retire: () => {
      keeping.retire()
      return null
    },
  }
}

export function serviceHandlers(
  keeping: Keeping,
  host: Host,
): Asked<'beginService' | 'takeService' | 'releaseService'> {
  const listenerOf = (key: string): ServiceListener => ({
    onSaid: said => host()?.notify('serviceSaid', { key, said }),
    onEnded: end => {
      const peer = host()
      if (peer) peer.notify('serviceEnded', { key, end })
      else void keeping.releaseService(key)
    },
  })
  return {
    beginService: async order => await keeping.beginService(order, listenerOf(order.key)),
    takeService: left => {
      keeping.takeService(left, listenerOf(left.key))
      return null
    },
    releaseService: async ({ key }) => {
      await keeping.releaseService(key)
      return null
    },
  }
}

export function portHandlers(
  keeping: Keeping,
  host: Host,
): Asked<'holdPorts' | 'releasePorts' | 'watchPorts' | 'coverPorts' | 'unwatchPorts' | 'turnAway'> {
  const knocked = (key: string): boolean => {
    const peer = host()
    peer?.notify('knocked', { key })
    return peer !== undefined
  }
  return {
    holdPorts: async order => {
      await keeping.holdPorts(order)
      return null
    },
    releasePorts: async ({ key }) => {
      await keeping.releasePorts(key)
      return null
    },
    watchPorts: ({ key, waitMs }) => {
      keeping.knocks.watch(key, { waitMs, tell: () => knocked(key) })
      return null
    },
    coverPorts: async ({ key }) => {
      await keeping.guard.cover(key)
      return null
    },
    unwatchPorts: ({ key }) => {
      keeping.knocks.forget(key)
      return null
    },
    turnAway: async ({ key }) => {
      await keeping.knocks.turnAway(key)
      return null
    },
  }
}

export function shimHandlers(shims: KeptShims, host: Host): Asked<'beginShim' | 'givePorts'> {
  return {
    beginShim: async order => await shims.begin(order, (pid, end) => host()?.notify('shimEnded', { pid, ...end })),
    givePorts: async given => {
      await shims.give(given)
      return null
    },
  }
}
