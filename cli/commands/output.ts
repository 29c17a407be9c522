// pod output: prints what a run of a script wrote, byte for byte.
import type { Context, Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { findRemote } from '../remote/remotes.ts'
import { Session } from '../remote/session.ts'
import { printErr } from '../say/print.ts'
import { endWithReader } from '../say/reader.ts'
import { printOutput } from './follow-run.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const offset = options.wholeNumber('offset', { code: 'bad_params' }) ?? 0
  const { output } = context
  if (options.has('follow') && !output.json) {
    await follow(remote, context, { run: name, offset })
    return 0
  }
  return await withHost(remote, context, async host => {
    if (output.json) output.answer(await host.call('pod.output', { name, offset }), () => '')
    else await printOutput(async work => await work(host), { run: name, offset, isFollowing: false, isQuiet: false })
    return 0
  })
}

/** Until the run ends, also beyond the end of the host. */
async function follow(remote: string, context: Context, of: { run: string; offset: number }): Promise<void> {
  const session = await Session.open({
    remote: findRemote(remote, context.dataDir),
    reach: context,
    tell: printErr,
    signal: context.signal ?? new AbortController().signal,
  })
  const release = endWithReader()
  try {
    await printOutput(async work => await session.lasting(work), { ...of, isFollowing: true, isQuiet: false })
  } finally {
    release()
    session.close()
  }
}
