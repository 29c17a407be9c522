// One end of the link, as any process of this user may speak to it: an answer or a refusal, never an error that nobody catches.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { checkAnswer, checkedHandlers } from '../../../daemon/link/said.ts'
import type { Channel } from '../../../protocol/channel/channel.ts'
import { says } from '../../../protocol/channel/messages.ts'
import { pump } from '../../../protocol/channel/pump.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { stopSignals } from '../../../protocol/config.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { ToHost, ToShim } from '../../../protocol/link.ts'
import { type Handlers, Peer } from '../../../protocol/peer.ts'
import { asJson, nearly, oddNumber, oddText, oddValue } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { Uncaught } from '../uncaught.ts'

/** Each method that there is; the compiler says which is missing. */
const named: { readonly [M in keyof ToHost]: true } = {
  hello: true,
  ready: true,
  status: true,
  resolve: true,
  call: true,
  subscribe: true,
  subscribers: true,
  mount: true,
  podsChanged: true,
  unmount: true,
  verb: true,
  primary: true,
  scriptEnded: true,
  serviceEnded: true,
  serviceSaid: true,
  shimEnded: true,
  knocked: true,
}
const methods = Object.keys(named) as (keyof ToHost)[]

/** How a script ended, as its keeper has it. */
export const scriptNote = nearly({
  code: fc.oneof(fc.constantFrom(0, 3, 255, null), oddNumber),
  signal: fc.constantFrom(null, null, 'SIGKILL', 'SIG'),
  timedOut: fc.boolean(),
  outputBytes: fc.oneof(fc.nat(), oddNumber),
  cut: fc.boolean(),
})

/** What a shim might answer. */
const linkAnswer = fc.oneof(
  oddValue,
  nearly({ status: fc.constantFrom('up', 'error', 'well'), text: oddText }),
  nearly({ stopSignal: fc.constantFrom('SIGTERM', 'SIGSTOP') }),
)

/** What a shim might say, with parameters that are nearly right. */
export const linkMessage: fc.Arbitrary<string> = asJson(
  fc.oneof(
    {
      weight: 4,
      arbitrary: nearly({
        jsonrpc: fc.constant('2.0'),
        id: fc.nat(20),
        window: fc.constantFrom([1, 10], [16, 1024]),
        method: fc.constantFrom(...methods),
        params: nearly({
          ticket: oddText,
          pid: fc.nat(),
          state: fc.constantFrom('empty', 'starting', 'up', 'cleaned'),
          status: fc.constantFrom('up', 'down'),
          text: oddText,
          name: fc.constantFrom('kept', 'kept.1', 'fuzzed'),
          have: fc.array(oddText, { maxLength: 2 }),
          fn: oddText,
          args: fc.array(oddValue, { maxLength: 2 }),
          timeoutMs: fc.nat(500),
          subscriptions: fc.array(nearly({ path: fc.constant(''), pattern: oddText }), { maxLength: 2 }),
          path: fc.oneof(fc.constantFrom('', 'inner', 'inner.deep'), oddText),
          handles: fc.array(oddText, { maxLength: 2 }),
          method: fc.constantFrom('pod.list', 'pod.push', 'host.stop', 'pod.remove'),
          params: nearly({ path: fc.constantFrom('', 'inner'), name: fc.constant('kept') }),
          keeping: nearly({
            version: oddText,
            scripts: fc.array(nearly({ key: fc.constantFrom('job.1', 'kept.1'), pid: fc.nat() }), { maxLength: 2 }),
          }),
          key: fc.constantFrom('job.1', 'kept.1'),
          note: scriptNote,
          hops: fc.nat(3),
          others: fc.constant('refuse'),
          imported: fc.constantFrom('kept', 'fuzzed'),
          end: nearly({ code: fc.constantFrom(0, 3, null), signal: fc.constantFrom(null, 'SIGKILL') }),
          said: nearly({ ready: fc.boolean(), text: oddText }),
          code: fc.constantFrom(0, null),
          signal: fc.constantFrom('SIGKILL', null),
        }),
      }),
    },
    {
      weight: 1,
      arbitrary: nearly({ jsonrpc: fc.constant('2.0'), id: fc.nat(3), result: linkAnswer, error: oddValue }),
    },
    {
      weight: 2,
      arbitrary: nearly({
        jsonrpc: fc.constant('2.0'),
        method: fc.constantFrom(...Object.values(says)),
        params: fc.oneof(fc.tuple(fc.oneof(fc.nat(20), oddText), oddValue, oddValue), oddValue),
      }),
    },
    { weight: 1, arbitrary: oddValue },
  ),
)

export const link: Target = {
  id: 'link',
  promise: 'a line on the link is answered, refused, or closes it',
  open: () => {
    const uncaught = new Uncaught()
    return {
      property: holdsFor(fc.array(linkMessage, { minLength: 1, maxLength: 5 }), async lines => {
        const answers: string[] = []
        const answer = async (params: unknown, channel: Channel) => {
          channel.accept(usualWindow)
          if (channel.takesValues) await pump(endless(), channel)
          return params as never
        }
        const handlers = checkedHandlers(
          Object.fromEntries(methods.map(method => [method, answer])) as unknown as Handlers<ToHost>,
        )
        const peer = new Peer<ToShim, ToHost>(line => answers.push(line), handlers, { hasDialled: false, checkAnswer })
        const cleaned = peer.request('cleanup', {}).catch(() => null)
        const checked = peer.request('check', { timeoutMs: 5 }).catch(() => undefined)
        try {
          for (const line of lines) peer.receive(line)
        } catch {
          // Whoever has the socket closes it.
        }
        peer.close(new P8aError('pod_not_up', 'The run is gone'))
        const [{ stopSignal = 'SIGTERM' }, how] = [(await cleaned) ?? {}, await checked]
        assert.ok(stopSignals.includes(stopSignal), stopSignal)
        assert.ok(how === undefined || ['up', 'waiting', 'error'].includes(how.status), JSON.stringify(how))
        await uncaught.none()
        for (const line of answers) assert.ok(!line.includes('\n') && JSON.parse(line) !== null)
      }),
      close: async () => uncaught.close(),
    }
  },
}

async function* endless() {
  for (let at = 0; ; at++) yield at
}
