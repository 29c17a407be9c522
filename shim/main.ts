// The program in every pod's process: it says hello to the host, becomes the run that it is told to be, and stays that
// run whatever happens to the host.
import { linkEnv } from '../protocol/link.ts'
import { callHandlers } from './link/calls.ts'
import { commandHandlers } from './link/commands.ts'
import { hostHandlers } from './link/hosts.ts'
import { lifeHandlers, sayHello } from './link/life.ts'
import { Link } from './link/link.ts'
import { Self } from './self.ts'

main()

function main(): void {
  const { socket, ...env } = takeLinkEnv()
  const self = new Self(env)
  const link = new Link({ socket, shouldRedial: () => self.isPatient })
  link.dial({
    handlers: {
      ...lifeHandlers(self, link),
      ...callHandlers(self),
      ...hostHandlers(self),
      ...commandHandlers(self, link),
    },
    onConnected: peer => void sayHello(self, link, peer),
  })
}

function takeLinkEnv(): { socket: string; ticket: string; isSpare: boolean; outerPid: number | undefined } {
  const { [linkEnv.socket]: socket, [linkEnv.ticket]: ticket, [linkEnv.spare]: spare, [linkEnv.pid]: pid } = process.env
  for (const name of Object.values(linkEnv)) delete process.env[name]
  if (socket && ticket) return { socket, ticket, isSpare: spare !== undefined, outerPid: pid ? Number(pid) : undefined }
  process.stderr.write('This program is started by a p8a host, not by hand\n')
  process.exit(2)
}
