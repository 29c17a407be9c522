// One pod: how it is and why, its processes, and everything that can be done with it.
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { wholeOf } from '../../protocol/fleet-part.ts'
import { shownAs } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { actsFor } from '../state/may.ts'
import { tabs } from '../state/route.ts'
import type { Desk } from './desk.ts'
import { Events } from './events.ts'
import { State } from './glyph.ts'
import { html } from './html.ts'
import { Log } from './log.ts'
import { Overview } from './overview.ts'
import { Runs } from './runs.ts'
import { Versions } from './versions.ts'

export function PodView({ desk, name }: { desk: Desk; name: string }): VNode {
  const { say, store } = desk
  const title = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => onEscape(() => location.assign(desk.linkTo({ view: 'pods' }))), [])
  // On a phone it takes the place of the list.
  useEffect(() => title.current?.focus(), [])
  const pod = store.pods.get(name)
  return html`<section class="pod" aria-label=${say('tab.label', { name })}>
    <div class="head">
      <a class="back" href=${desk.linkTo({ view: 'pods' })}>${say('pod.back')}</a>
      <h2 ref=${title} tabindex="-1">${name}</h2>
      ${pod && html`<${State} shown=${shownAs(pod)} say=${say} />`}
    </div>
    ${pod ? html`<${Open} desk=${desk} pod=${pod} name=${name} />` : store.isKnown && html`<p class="nothing">${say('pod.gone', { name })}</p>`}
  </section>`
}

function Open({ desk, pod, name }: { desk: Desk; pod: PodStatus; name: string }): VNode {
  const { say, store, route } = desk
  const whole = wholeOf(pod)
  return html`<div class="acts">
      ${actsFor(pod, store.me.role).map(
        (act, at) => html`<button
          key=${act}
          type="button"
          class=${act === 'remove' ? 'danger' : at === 0 ? 'primary' : ''}
          onClick=${() => desk.act(act, pod)}
        >
          ${say(`act.${act}`)}
        </button>`,
      )}
    </div>
    ${
      whole !== undefined &&
      html`<p class="quiet">
        ${say('pod.part')} <a href=${desk.linkTo({ view: 'pods', pod: whole })}>${whole}</a>
      </p>`
    }
    <nav class="tabs" aria-label=${say('tab.label', { name })}>
      ${tabs.map(
        tab => html`<a
          key=${tab}
          href=${desk.linkTo({ view: 'pods', pod: name, tab })}
          aria-current=${tab === route.tab ? 'page' : undefined}
          >${say(`tab.${tab}`)}</a
        >`,
      )}
    </nav>
    <${Tab} desk=${desk} pod=${pod} />`
}

function Tab({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode {
  const { path, name } = pod
  switch (desk.route.tab) {
    case 'log':
      return html`<${Log} desk=${desk} of=${{ path, name }} />`
    case 'versions':
      return html`<${Versions} desk=${desk} pod=${pod} />`
    case 'runs':
      return html`<${Runs} desk=${desk} of=${{ path, name, marks: marksOf(pod) }} />`
    case 'events':
      return html`<${Events} desk=${desk} of=${{ path, name }} />`
    default:
      return html`<${Overview} desk=${desk} pod=${pod} />`
  }
}

/** Changes once there may be other records of runs. */
function marksOf({ runs, restarts, queued, last }: PodStatus): string {
  return [runs.map(({ id, state }) => `${id}${state}`).join(), restarts, queued ?? '', last?.run ?? ''].join(' ')
}

function onEscape(leave: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) leave()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
