// Follows a log, also beyond the end of its host: it goes on with the next one, and no line is lost or comes twice.
import type { LogEntry } from '../../protocol/words.ts'
import type { Context } from '../argv/command.ts'
import { findRemote } from '../remote/remotes.ts'
import { type LogsAsked, SeenLines } from '../remote/seen-lines.ts'
import { Session } from '../remote/session.ts'
import { printErr } from '../say/print.ts'
import { endWithReader } from '../say/reader.ts'

type Following = { asked: LogsAsked; show: (entries: readonly LogEntry[]) => Promise<void> }

/** @throws {P8aError} if there is no host to begin with, or what is followed is not there any more */
export async function followLogs(remote: string, context: Context, { asked, show }: Following): Promise<void> {
  const ending = new AbortController()
  const signal = context.signal ?? ending.signal
  const session = await Session.open({
    remote: findRemote(remote, context.dataDir),
    reach: context,
    tell: printErr,
    signal,
  })
  const release = endWithReader()
  const seen = new SeenLines(asked, Date.now())
  let isAgain = false
  try {
    await session.lasting(async host => {
      const query = isAgain ? seen.again() : asked
      isAgain = true
      for await (const entries of host.logs(query)) await show(seen.fresh(entries))
    })
  } finally {
    release()
    session.close()
  }
}
