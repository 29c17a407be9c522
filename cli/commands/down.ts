// pod down: takes away what `pod up` made of a project.
import { P8aError } from '../../protocol/errors.ts'
import type { Command } from '../../protocol/hint.ts'
import { projectLabel } from '../../protocol/labels.ts'
import { isName } from '../../protocol/names.ts'
import type { Context, Input, Run } from '../argv/command.ts'
import { dependentsFirst } from '../project/order.ts'
import { withHost } from '../remote/remote-host.ts'
import { localName } from '../remote/remotes.ts'
import { spin } from '../say/spinner.ts'
import { projectGiven } from './project-given.ts'

export const run: Run = async (input, context) => {
  const { output } = context
  const { remote, project } = await projectGiven(input, context).catch(async error => {
    throw await aboutPod(error, input, context)
  })
  return await withHost(remote, context, async host => {
    const { pods } = await host.call('pod.list', {})
    const own = pods.filter(({ labels }) => labels[projectLabel] === project.id)
    const removed: string[] = []
    const ordered = dependentsFirst(own.map(({ name, config }) => ({ name, needs: config.needs ?? [] })))
    for (const { name } of ordered) {
      if (input.options.has('stop')) await spin(`Stopping ${name}`, output, host.call('pod.stop', { name }))
      else await spin(`Removing ${name}`, output, host.call('pod.remove', { name, force: true }))
      removed.push(name)
    }
    const what = input.options.has('stop') ? 'stopped' : 'removed'
    output.answer({ project: project.id, remote, [what]: removed }, () =>
      removed.length === 0 ? 'There is no pod of this project' : removed.map(name => `${name} is ${what}`).join('\n'),
    )
    return 0
  })
}

/** `pod down web` after `pod up web.js`: there is no such file, and there may be such a pod. */
async function aboutPod(error: unknown, { args, options }: Input, context: Context): Promise<unknown> {
  if (!(error instanceof P8aError) || error.code !== 'file_not_found') return error
  const [name, remote = localName] = args.toReversed()
  if (name === undefined || !isName(name)) return error
  // Without a host that answers, what was wrong with the words is still what is to be told.
  const listed = await withHost(remote, context, host => host.call('pod.list', {})).catch(() => undefined)
  if (!listed?.pods.some(pod => pod.name === name)) return error
  const { code, message, facts } = error
  const hint = options.has('stop')
    ? { text: 'To stop the pod of that name', do: { verb: 'stop', remote, args: [name] } satisfies Command }
    : {
        text: 'To remove the pod of that name',
        do: { verb: 'remove', remote, args: [name], options: { force: true } } satisfies Command,
      }
  return new P8aError(code, message, { hint, facts, cause: error })
}
