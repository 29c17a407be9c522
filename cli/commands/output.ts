// pod output: prints what a run of a script wrote, byte for byte.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { printOutput } from './follow-run.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const offset = options.wholeNumber('offset', { code: 'bad_params' }) ?? 0
  return await withHost(remote, context, async host => {
    const { output } = context
    if (output.json) {
      output.answer(await host.call('pod.output', { name, offset }), () => '')
      return 0
    }
    await printOutput(async work => await work(host), {
      run: name,
      offset,
      isFollowing: options.has('follow'),
      isQuiet: false,
    })
    return 0
  })
}
