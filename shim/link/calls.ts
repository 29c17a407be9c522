// What a host asks for the sake of calls: those of its clients, and what other runs of it may do.
import type { ToShim } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Self } from '../self.ts'

export function callHandlers(self: Self): Pick<Handlers<ToShim>, 'call' | 'cancel' | 'admit' | 'moved'> {
  return {
    call: ({ fn, args, ...options }) => self.require().run.call(fn, args, options),
    cancel: ({ id }) => {
      self.run?.cancel(id)
      return null
    },
    admit: async admission => await self.require().neighbors.admit(admission),
    moved: ({ name }) => {
      self.neighbors?.onMoved(name)
      return null
    },
  }
}
