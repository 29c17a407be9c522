// pod kill: ends a pod at once, and keeps it down until somebody starts it.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'
import { forAll } from './all-pods.ts'
import { warnOfFleet } from './brought-by-fleet.ts'
import { isMany } from './named.ts'
import { stoppedText } from './stop.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const asked = { kill: true, wait: !options.has('no-wait') }
  const [name = ''] = names
  const several = isMany(names)
  return await withHost(remote, context, async host => {
    if (several)
      return await forAll({
        host,
        output,
        named: { names, isImplied },
        doing: 'Killing',
        only: ({ want, runs }) => want === 'up' || runs.length > 0,
        first: 'dependents',
        work: async name => await host.call('pod.stop', { name, ...asked }),
        text: stoppedText,
      })
    await warnOfFleet(host, name, 'kill')
    const result = await spin(`Killing ${name}`, output, host.call('pod.stop', { name, ...asked }))
    output.answer(result, () => stoppedText(result))
    return 0
  })
}
