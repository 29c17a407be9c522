// pod wake: sees to it that a pod is up.
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { forAll } from './all-pods.ts'
import { isMany, type Named } from './named.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const [name = ''] = names
  const several = isMany(names)
  return await withHost(remote, context, async host => {
    const wait = !options.has('no-wait')
    if (several) return await wakeAll(host, { output, named: { names, isImplied }, wait })
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const pod = await spin(`Waking ${name}`, output, host.call('pod.wake', { name, wait }))
      output.answer(pod, () => podLine(pod))
    })
  })
}

/** Each as it was started last. */
export async function wakeAll(
  host: RemoteHost,
  { output, named, wait }: { output: Output; named: Named; wait: boolean },
): Promise<number> {
  return await forAll({
    host,
    output,
    named,
    doing: 'Starting',
    only: ({ kind, status }) => kind === 'service' && status !== 'up',
    first: 'needs',
    work: async name => await host.call('pod.wake', { name, wait }),
    text: podLine,
  })
}
