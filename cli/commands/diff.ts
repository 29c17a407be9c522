// pod diff: what `pod up` would do.
import type { Run } from '../argv/command.ts'
import { planOf, type Step } from '../project/plan.ts'
import { withHost } from '../remote/remote-host.ts'
import { contentsOf } from './project-contents.ts'
import { projectGiven } from './project-given.ts'

export const run: Run = async (input, context) => {
  const { output } = context
  const { remote, project } = await projectGiven(input, context)
  const contents = await contentsOf(project)
  return await withHost(remote, context, async host => {
    const { pods } = await host.call('pod.list', {})
    const { options } = input
    const plan = planOf(project, pods, { contents, takes: options.has('take'), removes: !options.has('no-remove') })
    const steps = plan.steps.map(step => ({ pod: step.pod.name, does: doesOf(step), because: step.because }))
    const removes = plan.removes.map(pod => ({ pod, does: ['remove'], because: 'the project has it no more' }))
    const all = [...steps, ...removes]
    output.answer({ project: project.id, remote, steps: all }, () =>
      all
        .map(({ pod, does, because }) =>
          does.length > 0 ? `${pod}: ${does.join(', ')} (${because})` : `${pod}: nothing`,
        )
        .join('\n'),
    )
    return 0
  })
}

function doesOf({ pushes, next: how, isNew, mayStay }: Step): string[] {
  const begins = mayStay ? 'change' : isNew ? 'start' : how === 'reload' ? 'reload' : 'restart'
  const next = how === 'begin' || how === 'reload' ? [begins] : how === 'nothing' ? [] : [how]
  return [...(pushes ? ['push'] : []), ...next]
}
