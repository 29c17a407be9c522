// What a pod that comes with p8a is asked: the pod brings the command to its host. It knows no such command.
import { P8aError } from '../../protocol/errors.ts'
import type { Step } from '../../protocol/hint.ts'
import type { Context } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { runOnHost } from '../shell/host-command.ts'
import { podCommandNames } from '../shell/pod-commands.ts'

/** The name that the docs give the pod, and how it is started. */
export type BuiltIn = { name: string; options?: Record<string, string> }

/** Runs a command of it. @throws {P8aError} `pod_not_up` if no pod brings it; what it throws */
export async function ofBuiltIn(
  builtIn: BuiltIn,
  { remote, argv }: { remote: string; argv: string[] },
  context: Context,
): Promise<number> {
  const [command = ''] = argv
  return await withHost(remote, context, async host => {
    if (!(await podCommandNames(host, undefined)).includes(command)) {
      throw new P8aError('pod_not_up', `Cannot do that: no ${builtIn.name} is up at ${JSON.stringify(remote)}`, {
        hint: await startSteps(host, builtIn),
      })
    }
    await runOnHost(host, argv, context)
    return 0
  })
}

async function startSteps(host: RemoteHost, { name, options }: BuiltIn): Promise<readonly Step[]> {
  const { pods } = await host.call('pod.list', {}).catch(() => ({ pods: [] }))
  const start = { verb: 'start', args: [name], ...(options && { options }) } as const
  if (pods.some(pod => pod.name === name)) {
    return [
      { text: `If the pod "${name}" is it`, do: { verb: 'wake', args: [name] } },
      { text: 'if it was not started yet', do: start },
    ]
  }
  return [
    { text: `A ${name} is a pod`, do: { verb: 'push', args: [name, `p8a:${name}`] } },
    { text: 'then', do: start },
  ]
}
