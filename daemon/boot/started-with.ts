// The options with which a host starts: those that are given, and those of its last start.
import { isDeepStrictEqual } from 'node:util'
import type { StartedWith } from '../../protocol/words-host.ts'
import type { PrivacyOptions } from '../server/tls/privacy.ts'
import { readStarted, writeStarted } from '../store/started-file.ts'
import type { HostLog } from '../system/host-log.ts'
import type { Arguments } from './arguments.ts'

const defaultHost = '127.0.0.1'
const defaultPort = 3000

export type Started = {
  at: { host: string; port: number; shellPort: number | undefined }
  privacy: PrivacyOptions
  /** What the next start has too. */
  remembered: StartedWith
  /** Keeps that on the disk. A host that cannot is up all the same. */
  keep(): Promise<void>
}

/** @throws {P8aError} `state_broken` where the file cannot be read: the host would be where nobody expects it */
export async function openStarted(
  file: string,
  { given, forget, once }: Pick<Arguments, 'given' | 'forget' | 'once'>,
  { log }: { log: HostLog },
): Promise<Started> {
  const before = forget ? {} : await readStarted(file)
  const now = startedWith(given, before)
  const { host = defaultHost, port = defaultPort, shellPort, tls, cert, key } = now
  return {
    at: { host, port, shellPort },
    privacy: { tls, cert, key },
    remembered: once ? before : now,
    keep: async () => {
      if (once || (!forget && isDeepStrictEqual(now, before))) return
      await writeStarted(file, now).catch(error => log.error('files', error.message, { err: error }))
    },
  }
}

/** What holds together: what is given says anew what it says, and all that cannot be beside it. */
export function startedWith(given: Arguments['given'], before: StartedWith): StartedWith {
  const { cert, key, tls, ...kept } = before
  const saysTls = given.tls !== undefined || given.cert !== undefined || given.key !== undefined
  const privacy = saysTls ? {} : { cert, key, tls }
  return withoutGaps({ ...kept, ...privacy, ...withoutGaps(given) })
}

function withoutGaps(options: { [K in keyof StartedWith]: StartedWith[K] | undefined }): StartedWith {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as StartedWith
}
