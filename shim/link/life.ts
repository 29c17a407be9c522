// What a process says to a host about its life, and what a host asks about it: who it is, how it is, and that it has to
// end.
import type { ToHost, ToShim } from '../../protocol/link.ts'
import { LoopLag, resolutions } from '../../protocol/loop-lag.ts'
import type { Handlers, Peer } from '../../protocol/peer.ts'
import { become } from '../become.ts'
import { endGroup } from '../end-group.ts'
import type { Self } from '../self.ts'
import { loadModules, replaceEnv } from '../spare.ts'
import { stopSignal } from '../stop-way.ts'
import type { Link } from './link.ts'

export function lifeHandlers(
  self: Self,
  link: Link,
): Pick<
  Handlers<ToShim>,
  'take' | 'check' | 'sideDoor' | 'accept' | 'vitals' | 'drain' | 'still' | 'rest' | 'cleanup' | 'keepPorts'
> {
  const lag = new LoopLag(resolutions.runMs)
  return {
    take: ({ ticket, env }) => {
      self.take(ticket)
      replaceEnv(env)
      if (link.peer) void sayHello(self, link, link.peer)
      return null
    },
    check: ({ timeoutMs, accepts }) => self.require().run.check(timeoutMs, accepts),
    sideDoor: ({ port }) => self.require().run.sideDoor(port, { isApart: self.isApart }),
    accept: () => {
      self.require().run.accept()
      return null
    },
    vitals: () => {
      const late = lag.take()
      const log = self.log?.amount
      const connections = self.run?.connections
      return {
        heapUsed: process.memoryUsage().heapUsed,
        ...(late && { lag: late }),
        ...(log && { log }),
        ...(connections !== undefined && { connections }),
      }
    },
    drain: async ({ timeoutMs }) => {
      await self.run?.drain(timeoutMs)
      return null
    },
    still: async ({ forMs }, { leaving }) => {
      await self.require().run.still.becomes(forMs, leaving.signal)
      return null
    },
    rest: ({ forMs }) => self.require().run.rest(forMs),
    keepPorts: keeper => (!self.isApart && self.run?.keepPorts(keeper)) ?? false,
    cleanup: async () => {
      await self.run?.cleanup()
      const signal = stopSignal()
      return signal === undefined ? null : { stopSignal: signal }
    },
  }
}

/** Says who is there, and does what the host answers. */
export async function sayHello(self: Self, link: Link, peer: Peer<ToHost, ToShim>): Promise<void> {
  // If a host goes away before it answers, the next connection says hello again.
  const welcome = await peer.request('hello', self.hello).catch(() => undefined)
  if (welcome?.maxLineBytes !== undefined) peer.maxBytes = Math.min(peer.maxBytes, welcome.maxLineBytes)
  switch (welcome?.do) {
    case 'end':
      // The host does not know this process, so the whole group ends.
      return endGroup()
    case 'wait':
      await loadModules(welcome.modules)
      return peer.notify('ready', {})
    case 'go-on':
      self.neighbors?.onLinked()
      return self.run?.hosts.remount()
    case 'run':
      if (!self.run) self.become(become(welcome.assignment, link))
  }
}
