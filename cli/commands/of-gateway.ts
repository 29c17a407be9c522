// What the gateway of a host is asked: the pod that is it brings the command. It knows no such command.
import { P8aError } from '../../protocol/errors.ts'
import type { Step } from '../../protocol/hint.ts'
import type { Context } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { runOnHost } from '../shell/host-command.ts'
import { podCommandNames } from '../shell/pod-commands.ts'

/** What a command that shows something is given for JSON. */
export const asJson = ({ output }: Context): string[] => (output.json ? ['--json'] : [])

/** Runs a command of the gateway. @throws {P8aError} `pod_not_up` if no pod brings it; what it throws */
export async function ofGateway(remote: string, argv: string[], context: Context): Promise<number> {
  const [command = ''] = argv
  return await withHost(remote, context, async host => {
    if (!(await podCommandNames(host, undefined)).includes(command)) {
      throw new P8aError('pod_not_up', `Cannot do that: no gateway is up at ${JSON.stringify(remote)}`, {
        hint: await startSteps(host),
      })
    }
    await runOnHost(host, argv, context)
    return 0
  })
}

/** The name that the docs give it. */
const usualName = 'gateway'

async function startSteps(host: RemoteHost): Promise<readonly Step[]> {
  const { pods } = await host.call('pod.list', {}).catch(() => ({ pods: [] }))
  const start = { verb: 'start', args: [usualName], options: { listen: '8080' } } as const
  if (pods.some(({ name }) => name === usualName)) {
    return [
      { text: 'If the pod "gateway" is it', do: { verb: 'wake', args: [usualName] } },
      { text: 'if it was not started yet', do: start },
    ]
  }
  return [
    { text: 'A gateway is a pod', do: { verb: 'push', args: [usualName, 'p8a:gateway'] } },
    { text: 'then', do: start },
  ]
}
