// Follows a run of a script as if it ran here: its output comes out byte for byte, and its exit code is the command's.
import { once } from 'node:events'
import { constants } from 'node:os'
import { signalNumber } from '../../protocol/signals.ts'
import type { RunOutput } from '../../protocol/words.ts'
import type { Context } from '../argv/command.ts'
import { catchSignals } from '../interrupt.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { Session } from '../remote/session.ts'
import { openStdout, printErr } from '../say/print.ts'
import { endText } from '../say/run-end.ts'

/** How long to look for a host that is gone: the script keeps running without it. */
const patienceMs = 60_000

/** A shell adds this to the number of the signal that ended a script. */
const signalBase = 128

/**
 * Prints what `run` writes until it ends, even if its host dies meanwhile. Ctrl-C stops the run; a second Ctrl-C only
 * ends the following.
 * @returns its exit code
 */
export async function follow({ remote }: RemoteHost, run: string, context: Context): Promise<number> {
  const { output } = context
  const never = new AbortController().signal
  const session = await Session.open({
    remote,
    reach: context,
    tell: printErr,
    patienceMs,
    signal: context.signal ?? never,
  })
  const untilAnswered: Ask = async work => await session.lasting(work)
  const release = catchSignals(['SIGINT', 'SIGTERM'], () => void untilAnswered(stopRun(run)).catch(() => {}))
  try {
    const { end, next } = await printOutput(untilAnswered, {
      run,
      offset: 0,
      isFollowing: true,
      isQuiet: output.json,
    })
    output.write(output.json ? JSON.stringify({ run, end, outputBytes: next }) : '')
    if (!end) return 1
    if (end.code !== null) return end.code
    if (!output.json) printErr(`${run} ${endText(end)}\n`)
    const number = end.signal === null ? undefined : signalNumber(end.signal, constants.signals)
    return number === undefined ? 1 : signalBase + number
  } finally {
    release()
    session.close()
  }
}

/** Does work at a host, as often as it takes: after a loss of the connection at the next one. */
export type Ask = <T>(work: (host: RemoteHost) => Promise<T>) => Promise<T>

const stopRun = (run: string) => async (host: RemoteHost) => await host.call('pod.stop', { name: run, wait: false })

/** Prints what a run wrote. @returns where it ended */
export async function printOutput(
  ask: Ask,
  { run, offset, isFollowing, isQuiet }: { run: string; offset: number; isFollowing: boolean; isQuiet: boolean },
): Promise<RunOutput> {
  let from = offset
  return await ask(async host => {
    const output = host.output({ name: run, offset: from, follow: isFollowing })
    for (;;) {
      const { value, done } = await output.next()
      if (done) return value
      from += value.length
      // This waits for a slow reader, so that nothing piles up.
      if (!isQuiet && !openStdout().write(value)) await once(process.stdout, 'drain')
    }
  })
}
