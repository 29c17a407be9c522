// Follows a run of a script as if it ran here: its output comes out byte for byte, and its exit code is the command's.
import { once } from 'node:events'
import { constants } from 'node:os'
import { P8aError } from '../protocol/errors.ts'
import type { RunOutput } from '../protocol/methods.ts'
import type { Output } from './output.ts'
import { printErr } from './print.ts'
import type { RemoteHost } from './remote-host.ts'
import { endText } from './render/run-end.ts'

/** How long the host is to wait for more before it answers with nothing. */
const waitMs = 20_000

/** What a shell says of a script that was ended by a signal. */
const signalBase = 128

/** Prints what `run` writes until it ends; Ctrl-C stops it. @returns its exit code */
export async function follow(host: RemoteHost, run: string, output: Output): Promise<number> {
  const stop = () => void host.call('pod.stop', { name: run, wait: false }).catch(() => {})
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const last = await printOutput(host, { run, offset: 0, isFollowing: true, isQuiet: output.json })
    const { end } = last
    output.write(output.json ? JSON.stringify({ run, end, outputBytes: last.next }) : '')
    if (!end) return 1
    if (end.code !== null) return end.code
    if (!output.json) printErr(`${run} ${endText(end)}\n`)
    const number = end.signal === null ? undefined : constants.signals[end.signal as NodeJS.Signals]
    return number === undefined ? 1 : signalBase + number
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Prints what a run wrote. @returns the last part */
export async function printOutput(
  host: RemoteHost,
  { run, offset, isFollowing, isQuiet }: { run: string; offset: number; isFollowing: boolean; isQuiet: boolean },
): Promise<RunOutput> {
  let [from, name] = [offset, run]
  for (;;) {
    const part = await host.call('pod.output', {
      name,
      offset: from,
      encoding: 'base64',
      waitMs: isFollowing ? waitMs : 0,
    })
    // The name of a script means its newest run, which may soon be another.
    name = part.run
    const bytes = Buffer.from(part.data, 'base64')
    // A reader that is slow makes us slow, so that nothing piles up.
    if (!isQuiet && bytes.length > 0 && !process.stdout.write(bytes)) await drained()
    from = part.next
    if (part.done || (!isFollowing && bytes.length === 0)) return part
  }
}

/** @throws {P8aError} `aborted` where the reader is gone */
async function drained(): Promise<void> {
  await once(process.stdout, 'drain').catch(cause => {
    throw new P8aError('aborted', 'Nobody reads the output any more', { cause })
  })
}
