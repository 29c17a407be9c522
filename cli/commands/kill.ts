// pod kill: ends a pod at once, and keeps it down until somebody starts it.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'
import { stoppedText } from './stop.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const killed = host.call('pod.stop', { name, kill: true, wait: !options.has('no-wait') })
    const result = await spin(`Killing ${name}`, output, killed)
    output.answer(result, () => stoppedText(result))
    return 0
  })
}
