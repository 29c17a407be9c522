// What runs and keepers say over the link, as schemas: all that they ask, and what they answer. Whoever has the link of a pod may say
// anything; what is not as it should be is refused here, before anything is done or kept of it.
import * as v from 'valibot'
import { stopSignals } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { ToKeeper } from '../../protocol/keeper.ts'
import type { ToHost, ToShim } from '../../protocol/link.ts'
import { isName } from '../../protocol/names.ts'
import type { Handlers } from '../../protocol/peer.ts'
import { isTopicPattern } from '../../protocol/topic.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const pid = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const nothing = v.unknown()

/** What a run says of itself, all who look at it are told. */
const said = { status: v.picklist(['up', 'waiting', 'error']), text: v.exactOptional(v.string()) }

const keeping = v.looseObject({
  version: v.string(),
  scripts: v.array(v.looseObject({ key: v.string(), pid })),
  services: v.optional(v.array(v.looseObject({ key: v.string(), pid }))),
  ports: v.optional(v.array(v.looseObject({ key: v.string() }))),
})

/** What is asked for: parameters of later versions are left as they are. */
const requests: { readonly [M in keyof ToHost]: v.GenericSchema } = {
  hello: v.looseObject({
    ticket: v.string(),
    pid,
    state: v.picklist(['empty', 'starting', 'up', 'cleaned']),
    status: v.exactOptional(said.status),
    text: said.text,
    isApart: v.exactOptional(v.literal(true)),
    keeping: v.optional(keeping),
  }),
  ready: nothing,
  status: v.looseObject(said),
  resolve: v.looseObject({ name: v.string(), have: v.array(v.string()) }),
  // The rest is checked as that of any client.
  call: v.looseObject({ name: v.string(), hops: count }),
  subscribe: v.looseObject({
    subscriptions: v.array(v.looseObject({ path: v.string(), pattern: v.custom(isTopicPattern, 'no pattern') })),
  }),
  subscribers: v.looseObject({ path: v.string(), have: v.array(v.string()) }),
  mount: v.looseObject({
    path: v.string(),
    handles: v.array(v.string()),
    others: v.optional(v.literal('refuse')),
    imported: v.optional(v.pipe(v.string(), v.check(isName, 'no name'))),
  }),
  podsChanged: v.looseObject({ path: v.string() }),
  unmount: v.looseObject({ path: v.string() }),
  // As are these, by the methods that they name.
  verb: v.looseObject({ method: v.string(), params: v.looseObject({ path: v.string() }) }),
  primary: v.looseObject({ method: v.string() }),
  scriptEnded: v.looseObject({ key: v.string() }),
  serviceEnded: v.looseObject({ key: v.string() }),
  shimEnded: v.looseObject({ pid }),
  knocked: v.looseObject({ key: v.string() }),
  serviceSaid: v.looseObject({ key: v.string() }),
}

const answers: { readonly [M in keyof (ToShim & ToKeeper)]: v.GenericSchema } = {
  take: nothing,
  check: v.looseObject(said),
  // One that says nonsense is left out.
  sideDoor: v.variant('at', [
    v.looseObject({ at: v.literal('door'), port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) }),
    v.looseObject({ at: v.picklist(['nowhere', 'port']) }),
  ]),
  accept: nothing,
  vitals: nothing,
  drain: nothing,
  still: nothing,
  rest: v.boolean(),
  cleanup: v.nullable(v.looseObject({ stopSignal: v.optional(v.picklist(stopSignals)) })),
  keepPorts: v.boolean(),
  call: nothing,
  admit: v.nullable(v.looseObject({})),
  moved: nothing,
  handle: v.looseObject({}),
  changed: nothing,
  commands: v.array(v.string()),
  command: nothing,
  begin: v.looseObject({ pid }),
  beginService: v.looseObject({ pid }),
  takeService: nothing,
  releaseService: nothing,
  holdPorts: nothing,
  releasePorts: nothing,
  watchPorts: nothing,
  coverPorts: nothing,
  unwatchPorts: nothing,
  turnAway: nothing,
  beginShim: v.looseObject({ pid }),
  givePorts: nothing,
  retire: nothing,
}

/** The same handlers, which are only asked what makes sense; all else is refused as `bad_params`. */
export function checkedHandlers(handlers: Handlers<ToHost>): Handlers<ToHost> {
  const checked = Object.entries(handlers).map(([method, handle]) => {
    const asked: Handlers<Record<string, { params: unknown; result: unknown }>>[string] = (params, channel) => {
      const problem = problemOf(requests[method as keyof ToHost], params)
      if (problem === undefined) return handle(params as never, channel)
      throw new P8aError('bad_params', `That is nothing that a run says: ${problem}`)
    }
    return [method, asked]
  })
  return Object.fromEntries(checked) as Handlers<ToHost>
}

/** @throws {P8aError} `bad_answer` for what neither a run nor a keeper answers */
export function checkAnswer(method: string, answer: unknown): void {
  const problem = problemOf(answers[method as keyof typeof answers], answer)
  if (problem === undefined) return
  throw new P8aError('bad_answer', `That is no answer to "${method}": ${problem}`)
}

function problemOf(schema: v.GenericSchema, said: unknown): string | undefined {
  return v.safeParse(schema, said).issues?.[0].message
}
