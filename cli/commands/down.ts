// pod down: takes away what `pod up` made of a project.
import { projectLabel } from '../../protocol/labels.ts'
import type { Run } from '../argv/command.ts'
import { dependentsFirst } from '../project/order.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'
import { projectGiven } from './project-given.ts'

export const run: Run = async (input, context) => {
  const { output } = context
  const { remote, project } = await projectGiven(input, context)
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
