// Events that pods of the fleet publish go to its pods on the other hosts too, each at most once, and wait for nothing.
import type { Bus, P8a } from 'p8a'
import type { BusPort, Closable } from '../port/ports.ts'
import { pack, unpack } from './messages.ts'
import type { Tables } from './tables.ts'

export type RelayingOptions = {
  p8a: Pick<P8a, 'path' | 'run' | 'log'>
  /** Of this pod. */
  events: Pick<Bus, 'publish' | 'subscribe'>
  bus: BusPort
  /** Of the namespace in which the pods of the fleet are, on this host. */
  path: string
  host: string
  tables: Pick<Tables, 'hosts' | 'onChange'>
  isAlive: (host: string) => boolean
}

type Event = { topic: string; data: unknown }

/** Its subject has the host that has sent it, where a credential says who may. */
const subjectOf = ({ to, from }: { to: string; from: string }): string => `host.${to}.event.${from}`

export function relayEvents({ p8a, events, bus, path, host, tables, isAlive }: RelayingOptions): Closable {
  const own = p8a.path === '' ? p8a.run : `${p8a.path}.${p8a.run}`
  let lost = 0
  const tell = (event: Event) => {
    const frame = pack(event)
    const others = [...tables.hosts.keys()].filter(other => other !== host && isAlive(other))
    const isMissed = others.filter(other => !bus.publish(subjectOf({ to: other, from: host }), frame)).length > 0
    if (isMissed && lost === 0) p8a.log('fleet', `Events do not reach other hosts: ${event.topic} is the first of them`)
    if (!isMissed && lost > 0) p8a.log('fleet', `${lost} events have not reached other hosts`)
    lost = isMissed ? lost + 1 : 0
  }
  let unsubscribe: (() => void) | undefined
  // A host that is alone hears no event of its pods.
  const look = () => {
    const isAlone = tables.hosts.size === (tables.hosts.has(host) ? 1 : 0)
    if (isAlone) {
      unsubscribe?.()
      unsubscribe = undefined
      return
    }
    unsubscribe ??= events.subscribe(
      '**',
      (data, topic, publisher) => {
        // What comes from another host is published here by this run.
        if (publisher.name !== own) tell({ topic, data })
      },
      { path },
    )
  }
  const forget = tables.onChange(change => {
    if ('key' in change && change.key.startsWith('host.')) look()
  })
  look()
  const hearing = bus.subscribe(subjectOf({ to: host, from: '*' }), (subject, frame) => {
    const from = subject.split('.').at(-1) ?? ''
    if (from === host || !tables.hosts.has(from)) return
    const { topic, data } = unpack<Event>(frame)
    events.publish(topic, data, { path })
  })
  return {
    close: () => {
      forget()
      unsubscribe?.()
      hearing.close()
    },
  }
}
