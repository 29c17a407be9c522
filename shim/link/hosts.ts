// What a host asks of a run that is itself a host: its verbs, the streams that it answered with, and how its pods are.
import type { ToShim } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Self } from '../self.ts'

export function hostHandlers(self: Self): Pick<Handlers<ToShim>, 'handle' | 'giveUp' | 'more' | 'leave' | 'changed'> {
  return {
    handle: asked => self.require().run.hosts.onHandle(asked),
    giveUp: asked => {
      self.run?.hosts.onGiveUp(asked)
      return null
    },
    more: ({ stream }) => self.require().run.hosts.streams.more(stream),
    leave: ({ stream }) => {
      self.run?.hosts.streams.leave(stream)
      return null
    },
    changed: told => {
      self.run?.hosts.onChanged(told)
      return null
    },
  }
}
