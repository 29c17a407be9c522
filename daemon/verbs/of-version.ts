// What belongs to a version and cannot be given to a start of it.
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'

/** @param config what is given at a start. @throws {P8aError} `bad_config` */
export function refuseOfVersion(name: string, { writable }: PodConfig): void {
  if (writable === undefined) return
  throw new P8aError('bad_config', `Cannot start pod ${quote(name)} with "writable": that belongs to a version`, {
    hint: {
      text: 'Push it so',
      do: { verb: 'push', args: [name, '.'], options: { writable: writable[0] ?? 'PATH' } },
    },
    facts: { pod: name, key: 'writable' },
  })
}
