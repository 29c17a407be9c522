// What of the messages that arrive at a subscription is heard. Requests are in port.test.ts, with every engine.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NatsBus } from '../../../../pods/fleet/nats/bus.ts'
import type { NatsLink } from '../../../../pods/fleet/nats/link.ts'

type Heard = (error: Error | null, message: { subject: string; data: Uint8Array }) => void

test('what a stream delivers to a subject of the bus is not heard there', () => {
  const callbacks = new Map<string, Heard>()
  const connection = {
    subscribe: (subject: string, { callback }: { callback: Heard }) => {
      callbacks.set(subject, callback)
      return { unsubscribe: () => callbacks.delete(subject) }
    },
  }
  const link = { connection, events: new EventTarget(), isUp: true } as unknown as NatsLink
  const bus = new NatsBus(link, 'f.')
  const heard: string[] = []
  bus.subscribe('keeper.join.*', subject => void heard.push(subject))
  bus.serve('keeper.forget', async (_, subject) => {
    heard.push(subject)
    return new Uint8Array()
  })
  const data = new Uint8Array()
  for (const [subject, callback] of callbacks) {
    callback(null, { subject: '$KV.f.pod.web', data })
    callback(null, { subject: subject.replace('*', 'b'), data })
  }
  assert.equal(heard, ['keeper.join.b', 'keeper.forget'])
})

test.run()
