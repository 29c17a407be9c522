// What a host asks about calls: those of its clients, and those of its other runs.
import type { ToShim } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Self } from '../self.ts'

export function callHandlers(self: Self): Pick<Handlers<ToShim>, 'call' | 'admit' | 'moved'> {
  return {
    call: ({ fn, args }, channel) => self.require().run.functions.call(fn, args, channel),
    admit: async admission => await self.require().neighbors.admit(admission),
    moved: ({ name }) => {
      self.neighbors?.onMoved(name)
      return null
    },
  }
}
