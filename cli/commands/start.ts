// pod start: starts a pod with params and policy from the command line, and shows its last words where it fails.
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../commands.ts'
import { withHost } from '../remote-host.ts'
import { podLine } from '../render/pod-table.ts'
import { spin } from '../render/spinner.ts'
import { configOf } from '../start-flags.ts'
import { reportStart } from '../start-report.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options, params }, context) => {
  // Both the host and a pod may well want a token; to guess wrong would hand the one's to the other.
  if (options.has('token')) {
    throw new P8aError('usage', 'Cannot tell whose token --token is: that of the host or a param of the pod', {
      hint: 'For the pod: put it behind "--", as in -- --token T. For the host: set P8A_TOKEN, or pod remote add … --token T',
    })
  }
  const config = configOf(options)
  const { output } = context
  return await withHost(remote, context, async host => {
    const started = host.call('pod.start', { name, params, config, wait: !options.has('no-wait') })
    return await reportStart({ host, name, output }, async () => {
      const pod = await spin(`Starting ${name}`, output, started)
      output.answer(pod, () => podLine(pod))
    })
  })
}
