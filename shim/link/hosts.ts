// What a host asks of a run that is itself a host: its verbs, and the status of its pods.
import type { ToShim } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Self } from '../self.ts'

export function hostHandlers(self: Self): Pick<Handlers<ToShim>, 'handle' | 'changed'> {
  return {
    handle: (asked, channel) => self.require().run.hosts.onHandle(asked, channel),
    changed: told => {
      self.run?.hosts.onChanged(told)
      return null
    },
  }
}
