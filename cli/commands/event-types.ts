// Types of events as people name them, with commas between them.
import { P8aError } from '../../protocol/errors.ts'
import type { EventType } from '../../protocol/events.ts'
import { quote } from '../../protocol/names.ts'

/** Which ones there are is the host's to say. @throws {P8aError} `usage` where there are none */
export function typesIn(given: readonly string[], option: string): EventType[] {
  const types = given.flatMap(text => text.split(',').map(type => type.trim())).filter(type => type !== '')
  if (types.length === 0) throw new P8aError('usage', `Cannot read ${option} "": it names no type of events`)
  return types as EventType[]
}

/** What a host throws that refuses one of these types, in the words of whoever typed it; any other error stays as it is. */
export async function orUnknownType<T>(work: Promise<T>, types: readonly string[]): Promise<T> {
  return await work.catch(async error => {
    throw (await unknownType(error, types)) ?? error
  })
}

async function unknownType(error: unknown, types: readonly string[]): Promise<P8aError | undefined> {
  if (!(error instanceof P8aError) || error.code !== 'bad_params') return undefined
  const index = /^types\.(\d+)$/.exec(String(error.facts.parameter))?.[1]
  const type = types[Number(index)]
  if (type === undefined) return undefined
  const [{ eventNames }, { nearest }] = await Promise.all([
    import('../../protocol/events.ts'),
    import('../say/nearest.ts'),
  ])
  const known = eventNames.filter(name => name !== 'missed')
  const meant = nearest(type, known)
  return new P8aError('usage', `There is no type of events ${quote(type)}`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${known.join(', ')}`,
    facts: { type },
  })
}
