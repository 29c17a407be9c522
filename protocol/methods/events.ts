// The methods that tell what happened.
import * as v from 'valibot'
import { eventNames } from '../events.ts'
import { wireTime } from '../time.ts'
import { hops, name, path, wholeNumber } from './fields.ts'

/** Which events are meant. */
const asked = {
  path,
  hops,
  name: v.optional(name),
  types: v.optional(
    v.pipe(
      v.array(v.picklist(eventNames, ({ received }) => `must be types of events, and ${received} is none`)),
      v.description('events of these types'),
    ),
  ),
  after: v.optional(v.pipe(wholeNumber(0), v.description('the number of an event: only those behind it'))),
  since: v.optional(wireTime),
}

export const eventMethods = {
  'events.list': {
    summary: 'What happened on a host, in the order of their numbers: the newest events, or those behind a number',
    params: v.strictObject({
      ...asked,
      limit: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000), v.description('at most so many events')),
        100,
      ),
      waitMs: v.optional(
        v.pipe(
          wholeNumber(0),
          v.maxValue(60_000),
          v.description('with `after`: how long to wait where there is nothing behind it yet'),
        ),
      ),
    }),
  },
  'events.follow': {
    summary:
      'What happens on a host, as `events.told` notifications, until it is canceled; first what came behind a number',
    params: v.strictObject(asked),
  },
}
