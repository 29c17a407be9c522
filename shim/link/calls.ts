// What a host asks for the sake of calls: those of its clients, and what other runs of it may do.
import type { ToShim } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Self } from '../self.ts'

export function callHandlers(self: Self): Pick<Handlers<ToShim>, 'call' | 'admit' | 'moved'> {
  return {
    call: ({ fn, args }, channel) => self.require().run.call(fn, args, channel),
    admit: async admission => await self.require().neighbors.admit(admission),
    moved: ({ name }) => {
      self.neighbors?.onMoved(name)
      return null
    },
  }
}
