// The command line of the daemon, read once.
import { parseArgs } from 'node:util'
import { P8aError } from '../../protocol/errors.ts'
import type { StartedWith } from '../../protocol/words-host.ts'

export type Arguments = {
  /** The data directory. */
  data: string
  /** What is remembered for the next start. */
  given: { [K in keyof StartedWith]-?: StartedWith[K] | undefined }
  /** Whether what was remembered is forgotten. */
  forget: boolean
  /** Whether what is given is for this start alone. */
  once: boolean
  /** How many files a script may open before it raises that itself; undefined: as many as the host. */
  softFiles: number | undefined
  /** Whether it reports its start as JSON. */
  json: boolean
  /** Whether nobody waits for the end of this process. */
  isDetached: boolean
}

/** @throws {P8aError} `usage` without `--data` */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'shell-port': { type: 'string' },
      'soft-files': { type: 'string' },
      json: { type: 'boolean' },
      detached: { type: 'boolean' },
      forget: { type: 'boolean' },
      once: { type: 'boolean' },
      tls: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
    },
  })
  if (!values.data) {
    throw new P8aError('usage', 'The daemon needs --data DIR', {
      hint: { text: 'Start it so', do: { verb: 'host start' } },
    })
  }
  const { data, host, tls, cert, key, forget = false, once = false, json = false, detached = false } = values
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
  return {
    data,
    given: {
      host,
      port: number(values.port),
      shellPort: number(values['shell-port']),
      tls: tls as 'on' | 'off' | undefined,
      cert,
      key,
    },
    forget,
    once,
    softFiles: number(values['soft-files']),
    json,
    isDetached: detached,
  }
}
