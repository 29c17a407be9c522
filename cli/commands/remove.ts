// pod remove: removes a pod and everything that was kept of it.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const run = options.text('run')
    const removed = host.call('pod.remove', { name, force: options.has('force'), ...(run !== undefined && { run }) })
    const result = await spin(`Removing ${name}`, output, removed)
    output.answer(
      result,
      () => `${result.run ?? result.name} is removed${result.stopped.length > 0 ? ', and was stopped before' : ''}`,
    )
    return 0
  })
}
