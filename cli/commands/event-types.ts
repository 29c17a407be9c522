// Types of events as people name them, with commas between them.
import { P8aError } from '../../protocol/errors.ts'
import type { EventType } from '../../protocol/events.ts'
import type { Options } from '../argv/options.ts'
import { wrongOption } from '../argv/wrong-option.ts'

type Typed = { option: string; types: readonly string[] }

/** Which ones there are is the host's to say. @throws {P8aError} `usage` where there are none */
export function typesIn(options: Options, option: string): EventType[] {
  const types = options
    .all(option)
    .flatMap(text => text.split(',').map(type => type.trim()))
    .filter(type => type !== '')
  if (types.length === 0)
    throw wrongOption({ option, value: options.text(option) ?? '' }, { why: 'it names no type of events' })
  return types as EventType[]
}

/** What a host throws that refuses one of these types, in the words of whoever typed it; any other error stays as it is. */
export async function orUnknownType<T>(work: Promise<T>, typed: Typed): Promise<T> {
  return await work.catch(async error => {
    throw (await unknownType(error, typed)) ?? error
  })
}

async function unknownType(error: unknown, { option, types }: Typed): Promise<P8aError | undefined> {
  if (!(error instanceof P8aError) || error.code !== 'bad_params') return undefined
  const index = /^types\.(\d+)$/.exec(String(error.facts.parameter))?.[1]
  const type = types[Number(index)]
  if (type === undefined) return undefined
  const [{ eventNames }, { nearest }] = await Promise.all([
    import('../../protocol/events.ts'),
    import('../../protocol/nearest.ts'),
  ])
  const known = eventNames.filter(name => name !== 'missed')
  const meant = nearest(type, known)
  return wrongOption(
    { option, value: type },
    {
      why: 'there is no such type of events',
      hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${known.join(', ')}`,
    },
  )
}
