// The methods about webhooks.
import * as v from 'valibot'
import { eventNames } from '../events.ts'
import { minHookSecret } from '../hook.ts'
import { hops, name, path } from './fields.ts'

export const hookMethods = {
  'hook.add': {
    summary: 'Tells an address over HTTP of each event from now on, signed with a secret',
    params: v.strictObject({
      path,
      hops,
      url: v.pipe(v.string(), v.maxLength(2048), v.description('http:// or https://')),
      types: v.optional(
        v.pipe(
          v.array(v.picklist(eventNames, ({ received }) => `must be types of events, and ${received} is none`)),
          v.minLength(1, 'must name a type of events'),
          v.description('events of these types; without it, all'),
        ),
      ),
      name: v.optional(name),
      secret: v.pipe(
        v.string(),
        v.minLength(minHookSecret, `must have at least ${minHookSecret} characters`),
        v.maxLength(1024),
        v.description('what each request is signed with; no answer has it'),
      ),
    }),
  },
  'hook.list': {
    summary: 'The webhooks, without their secrets, and how far each is',
    params: v.strictObject({ path, hops }),
  },
  'hook.remove': {
    summary: 'Ends a webhook',
    params: v.strictObject({
      path,
      hops,
      hook: v.pipe(v.string(), v.maxLength(2048), v.description('its id, or its address')),
    }),
  },
} as const
