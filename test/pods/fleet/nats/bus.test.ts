// What of the messages that arrive at a subscription is heard. Requests are in port.test.ts, with every engine.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NatsBus } from '../../../../pods/fleet/nats/bus.ts'
import type { NatsLink } from '../../../../pods/fleet/nats/link.ts'

type Message = { subject: string; data: Uint8Array; reply: string; respond: () => void }
type Heard = (error: Error | null, message: Message) => void

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
  const message = { data: new Uint8Array(), reply: '_INBOX.a', respond: () => {} }
  for (const [subject, callback] of callbacks) {
    callback(null, { ...message, subject: '$KV.f.pod.web' })
    callback(null, { ...message, subject: subject.replace('*', 'b') })
  }
  assert.equal(heard, ['keeper.join.b', 'keeper.forget'])
})

test.run()
