// What happened on this host or to one pod, the newest first, and what happens.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { factsOf, toneOf } from '../../protocol/event-text.ts'
import type { HostEvent } from '../../protocol/events.ts'
import { fullName } from '../../protocol/pod-order.ts'
import { isShown, typesIn, withNewer } from '../state/events.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

/** How many of the newest are asked for at first. */
const someEvents = 200

export function EventsView({ desk }: { desk: Desk }): VNode {
  const { say, store } = desk
  return html`<section class="whole" tabindex="0" aria-label=${say('nav.events')}>
    <h1>${say('events.title')}</h1>
    <${Events} desk=${desk} of=${{ path: store.me.path }} />
  </section>`
}

/** @param of `name`: those of one pod alone */
export function Events({ desk, of }: { desk: Desk; of: { path: string; name?: string } }): VNode {
  const { say } = desk
  const events = useEvents(desk, of)
  const [type, setType] = useState('')
  const [text, setText] = useState('')
  if (!events) return html`<p class="quiet" aria-busy="true">…</p>`
  const shown = events.filter(event => isShown(event, { type, text }))
  const types = typesIn(events, type)
  return html`<div class="bar">
      <input
        type="search"
        placeholder=${say('events.filter')}
        aria-label=${say('events.filter')}
        value=${text}
        onInput=${(event: InputEvent) => setText((event.target as HTMLInputElement).value)}
      />
      <select aria-label=${say('events.type')} onChange=${(event: Event) => setType((event.target as HTMLSelectElement).value)}>
        <option value="" selected=${type === ''}>${say('events.all')}</option>
        ${types.map(one => html`<option key=${one} value=${one} selected=${one === type}>${one}</option>`)}
      </select>
    </div>
    ${shown.length === 0 ? html`<p class="quiet">${say('events.none')}</p>` : html`<${Table} desk=${desk} events=${shown} hasPods=${of.name === undefined} />`}`
}

/** The newest, and then each that comes; after a loss of the connection, the newest anew. */
function useEvents(desk: Desk, { path, name }: { path: string; name?: string }): readonly HostEvent[] | undefined {
  const [events, setEvents] = useState<readonly HostEvent[] | undefined>(undefined)
  const { lines, store } = desk
  const isLive = store.link.is === 'live'
  useEffect(() => {
    if (!lines || !isLive) return
    const which = { path, ...(name === undefined ? {} : { name }) }
    let following: { cancel(): void } | undefined
    let isOver = false
    desk
      .ask('events.list', { ...which, limit: someEvents })
      .then(({ events, at }) => {
        if (isOver) return
        setEvents(events.toReversed())
        const told = ({ events }: Record<string, unknown>) =>
          setEvents(known => withNewer(known ?? [], events as HostEvent[]))
        const begun = lines.follow('events.follow', { ...which, after: at }, told)
        begun.done.catch(() => {})
        following = begun
      })
      .catch(() => {})
    return () => {
      isOver = true
      following?.cancel()
    }
  }, [lines, isLive, path, name])
  return events
}

function Table({ desk, events, hasPods }: { desk: Desk; events: readonly HostEvent[]; hasPods: boolean }): VNode {
  const { say, amounts, nowMs } = desk
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('events.title')}>
    <table>
      <thead>
        <tr>
          <th scope="col">${say('audit.when')}</th>
          ${hasPods && html`<th scope="col">${say('events.whose')}</th>`}
          <th scope="col">${say('deploy.what')}</th>
          <th scope="col">${say('events.facts')}</th>
        </tr>
      </thead>
      <tbody>
        ${events.map(
          event => html`<tr key=${`${event.path} ${event.number}`}>
            <td><time datetime=${event.at} title=${event.at}>${amounts.clock(event.at, nowMs)}</time></td>
            ${hasPods && html`<td><${Whose} desk=${desk} event=${event} /></td>`}
            <td class=${toneOf(event.type)}>${event.type}</td>
            <td class="quiet">${factsOf(event).join(', ')}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function Whose({ desk, event: { path, pod } }: { desk: Desk; event: HostEvent }): VNode {
  if (pod === undefined) return html`<span>${path || desk.say('log.source.host')}</span>`
  const name = fullName({ path, name: pod })
  return desk.store.pods.has(name)
    ? html`<a href=${desk.linkTo({ view: 'pods', pod: name })}>${name}</a>`
    : html`<span>${name}</span>`
}
