// The command line of the daemon, read once.
import { parseArgs } from 'node:util'
import { P8aError } from '../../protocol/errors.ts'
import type { PrivacyOptions } from '../server/tls/privacy.ts'

export type Arguments = PrivacyOptions & {
  /** The data directory. */
  data: string
  host: string
  port: number
  /** The port of the shell's own; undefined if it has none. */
  shellPort: number | undefined
  /** How many files a script may open before it raises that itself; undefined: as many as the host. */
  softFiles: number | undefined
  /** Whether it reports its start as JSON. */
  json: boolean
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
  return {
    data: values.data,
    host: values.host ?? '127.0.0.1',
    port: Number(values.port ?? 3000),
    shellPort: values['shell-port'] === undefined ? undefined : Number(values['shell-port']),
    softFiles: values['soft-files'] === undefined ? undefined : Number(values['soft-files']),
    json: values.json ?? false,
    tls: values.tls,
    cert: values.cert,
    key: values.key,
  }
}
