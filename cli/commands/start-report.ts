// What a start that failed shows beside its error: the pod's last log lines, since that is what anyone looks at next.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { LogLines } from '../say/log-line.ts'
import type { Output } from '../say/output.ts'
import { printErr } from '../say/print.ts'
import { exitCodeOf, report } from '../say/report.ts'

/** How many of its lines are shown. */
const mostLines = 20

/** Does `start`, and returns its exit code; if the pod failed, prints the error with the pod's last lines. */
export async function reportStart(
  { host, name, output }: { host: RemoteHost; name: string; output: Output },
  start: () => Promise<number | undefined>,
): Promise<number> {
  try {
    return (await start()) ?? 0
  } catch (error) {
    if (!(error instanceof P8aError) || error.code !== 'start_failed') throw error
    const log = await lastLines(host, name, error.facts.firstRun)
    await report(error, output, { log })
    if (!output.json && log.length > 0) printLog(log, name, output)
    return exitCodeOf(error)
  }
}

/** Prints the last lines of a pod whose start failed, beside an error that was reported. */
export async function printLastLines(
  { host, name, output }: { host: RemoteHost; name: string; output: Output },
  { facts }: P8aError,
): Promise<void> {
  const log = await lastLines(host, name, facts.firstRun)
  if (log.length > 0) printLog(log, name, output)
}

/** Only the lines of this start. */
async function lastLines(host: RemoteHost, name: string, firstRun: unknown): Promise<LogEntry[]> {
  try {
    const { entries } = await host.call('pod.logs', { name, limit: mostLines })
    const first = entries.findIndex(({ run }) => numberOf(run) >= numberOf(firstRun))
    return first === -1 ? [] : entries.slice(first)
  } catch {
    // The error itself is what matters; the lines are a courtesy.
    return []
  }
}

/** The number of a run; 0 if it is not one. */
function numberOf(run: unknown): number {
  return (typeof run === 'string' ? parseRunId(run)?.number : undefined) ?? 0
}

function printLog(log: readonly LogEntry[], name: string, output: Output): void {
  const lines = new LogLines(output)
  printErr(`The last lines of ${name}:\n${log.map(entry => `  ${lines.render(entry)}\n`).join('')}`)
}
