// What is wanted of a service that is begun anew.
import { P8aError } from '../../../protocol/errors.ts'
import { quote } from '../../../protocol/names.ts'
import { type Desired, imageOf, nextGeneration } from '../../store/desired.ts'

/**
 * The newest version, or that one, begun anew: what was before does not count.
 * @throws {P8aError} `version_not_found`
 */
export function renewed(desired: Desired, name: string, version?: number): Desired {
  const wanted = version ?? desired.images.at(-1)?.version ?? 0
  if (version !== undefined && !imageOf(desired, version)) throw noVersion(desired, name, version)
  const { stays: _, ...rest } = desired
  return { ...rest, version: wanted, generation: nextGeneration(desired) }
}

function noVersion({ images }: Desired, name: string, version: number): P8aError {
  const kept = images.map(image => `v${image.version}`)
  return new P8aError('version_not_found', `Pod ${quote(name)} has no version ${version}`, {
    hint: { text: `Those that are kept are ${kept.join(', ')}`, do: { verb: 'versions', args: [name] } },
    facts: { pod: name, version },
  })
}
