// Passes events between this host and another place, such as a message queue; here to a log. It does not send back what it has brought
// itself, since it knows who has published each event.
//   pod push local bridge etc/examples/events.ts
//   pod start local bridge --topics 'orders.**'
//   pod call local bridge bring orders.paid '{"id":1}'
import type { Bus, Pod } from 'p8a'

let bus: Bus

/** Something has come from the other place. */
export const bring = (topic: string, data: unknown): void => bus.publish(topic, data)

const pod: Pod = (params, given, p8a) => {
  bus = given
  let sent = 0
  bus.subscribe(params.topics ?? '**', (data, topic, { name }) => {
    if (name === p8a.run) return
    p8a.log('sent', topic, JSON.stringify(data), 'of', name)
    bus.emit('status', 'up', `${++sent} events sent`)
  })
}
export default pod
