// A pod in one row: how it is, why, how much of it there is, and what one would do first.
import type { VNode } from 'preact'
import { fullName, shownAs } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { actsFor } from '../state/may.ts'
import { shortWhy } from '../state/why.ts'
import type { Desk } from './desk.ts'
import { State } from './glyph.ts'
import { html } from './html.ts'

export function PodRow({ desk, pod, at, of }: { desk: Desk; pod: PodStatus; at: number; of: number }): VNode {
  const { say, amounts, nowMs, route, store } = desk
  const name = fullName(pod)
  const shown = shownAs(pod)
  const [act] = actsFor(pod, store.me.role)
  const since = pod.runs.map(({ upAt }) => upAt ?? '').sort()[0]
  const used = store.usage.get(name)
  const why = shortWhy(pod, { say, amounts, nowMs })
  return html`<li class="row ${shown} ${route.pod === name ? 'is-open' : ''}" aria-posinset=${at} aria-setsize=${of}>
    <a
      class="open"
      href=${desk.linkTo({ view: 'pods', pod: name })}
      aria-current=${route.pod === name ? 'true' : undefined}
    >
      <${State} shown=${shown} say=${say} />
      <span class="name">
        ${pod.path !== '' && html`<span class="path">${pod.path}.</span>`}<b>${pod.name}</b>
        <span class="why">${why}</span>
      </span>
      <span class="figure version">${pod.version > 0 ? `v${pod.version}` : ''}</span>
      <span class="figure runs">${runsOf(pod, say)}</span>
      <span class="figure cpu">${used ? amounts.percent(used.cpu) : ''}</span>
      <span class="figure memory">${used ? amounts.size(used.memory) : ''}</span>
      <span class="figure restarts">${pod.restarts > 0 ? say('pod.restarts', { count: pod.restarts }) : ''}</span>
      <span class="figure since">${since ? amounts.span(nowMs - Date.parse(since)) : ''}</span>
    </a>
    ${
      act &&
      html`<span class="acts">
        <button type="button" aria-label=${say('act.of', { act: say(`act.${act}`), name })} onClick=${() => desk.act(act, pod)}>
          ${say(`act.${act}`)}
        </button>
      </span>`
    }
  </li>`
}

function runsOf({ kind, up, scale, runs }: PodStatus, say: Desk['say']): string {
  if (kind === 'script') return runs.length > 0 ? String(runs.length) : ''
  return scale === 1 && up <= 1 ? '' : say('pod.runs.of', { up, scale })
}
