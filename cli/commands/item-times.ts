// Durations among the options of commands about work.
import { durationMs } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Options } from '../argv/options.ts'

/** @throws {P8aError} `usage` */
export function millisecondsOf(options: Options, name: string): number | undefined {
  const text = options.text(name)
  if (text === undefined) return undefined
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  throw new P8aError('usage', `Cannot read --${name} ${JSON.stringify(text)}: it is not a time`, {
    hint: 'Write it as 500ms, 10s, 2m or 1h',
  })
}
