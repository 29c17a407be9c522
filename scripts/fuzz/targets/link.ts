// One end of the link, as any process of this user may speak to it: an answer or a refusal, never an error that nobody catches.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Channel } from '../../../protocol/channel/channel.ts'
import { says } from '../../../protocol/channel/messages.ts'
import { pump } from '../../../protocol/channel/pump.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { ToHost, ToShim } from '../../../protocol/link.ts'
import { type Handlers, Peer } from '../../../protocol/peer.ts'
import { asJson, nearly, oddNumber, oddText, oddValue } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { Uncaught } from '../uncaught.ts'

const methods: (keyof ToHost)[] = [
  'hello',
  'ready',
  'status',
  'resolve',
  'call',
  'subscribe',
  'subscribers',
  'mount',
  'verb',
  'scriptEnded',
]

/** How a script ended, as its keeper has it. */
export const scriptNote = nearly({
  code: fc.oneof(fc.constantFrom(0, 3, 255, null), oddNumber),
  signal: fc.constantFrom(null, null, 'SIGKILL', 'SIG'),
  timedOut: fc.boolean(),
  outputBytes: fc.oneof(fc.nat(), oddNumber),
  cut: fc.boolean(),
})

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
        }),
      }),
    },
    { weight: 1, arbitrary: nearly({ jsonrpc: fc.constant('2.0'), id: fc.nat(3), result: oddValue, error: oddValue }) },
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
  promise: 'a line on the link is answered, or closes it',
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
        const handlers = Object.fromEntries(methods.map(method => [method, answer])) as unknown as Handlers<ToHost>
        const peer = new Peer<ToShim, ToHost>(line => answers.push(line), handlers, { hasDialled: false })
        const asked = peer.request('cleanup', {}).catch(() => {})
        try {
          for (const line of lines) peer.receive(line)
        } catch {
          // Whoever has the socket closes it.
        }
        peer.close(new P8aError('pod_not_up', 'The run is gone'))
        await asked
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
