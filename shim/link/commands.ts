// What a host asks about the commands that a pod adds to its shell.
import type { ToShim } from '../../protocol/link.ts'
import type { Handlers } from '../../protocol/peer.ts'
import type { Self } from '../self.ts'
import type { Link } from './link.ts'

export function commandHandlers(self: Self, link: Link): Pick<Handlers<ToShim>, 'commands' | 'command'> {
  return {
    commands: () => self.require().run.commands.names,
    command: ({ argv }, channel) => self.require().run.commands.run(argv, { channel, link: () => link.peer }),
  }
}
