// pod wake: sees to it that a pod is up.
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { allPods, forAll } from './all-pods.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    if (name === allPods) return await wakeAll(host, { output, wait: !options.has('no-wait') })
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const pod = await spin(`Waking ${name}`, output, host.call('pod.wake', { name, wait: !options.has('no-wait') }))
      output.answer(pod, () => podLine(pod))
    })
  })
}

/** Each as it was started last. */
export async function wakeAll(host: RemoteHost, { output, wait }: { output: Output; wait: boolean }): Promise<number> {
  return await forAll({
    host,
    output,
    doing: 'Starting',
    only: ({ kind, status }) => kind === 'service' && status !== 'up',
    first: 'needs',
    work: async name => await host.call('pod.wake', { name, wait }),
    text: podLine,
  })
}
