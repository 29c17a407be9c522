// pod scale: sets how many runs a pod has.
import { maxScale } from '../../protocol/limits.ts'
import type { Run } from '../argv/command.ts'
import { wholeNumber } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = '', text = ''], options }, context) => {
  const { output } = context
  const scale = wholeNumber(text, { what: 'the scale', least: 1, most: maxScale, code: 'bad_params' })
  return await withHost(remote, context, async host => {
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const scaled = host.call('pod.scale', { name, scale, wait: !options.has('no-wait') })
      const pod = await spin(`Scaling ${name} to ${scale}`, output, scaled)
      output.answer(pod, () => podLine(pod))
    })
  })
}
