// This host, and the hosts within it.
import type { VNode } from 'preact'
import { countByState } from '../../protocol/pod-order.ts'
import type { Desk } from './desk.ts'
import { FleetTable, useFleets } from './fleet.ts'
import { State } from './glyph.ts'
import { html } from './html.ts'
import { SavingsOf } from './savings.ts'
import { Usage } from './usage.ts'

export function HostsView({ desk }: { desk: Desk }): VNode {
  const { say, store, amounts, nowMs } = desk
  const { host } = store
  const fleets = useFleets(desk)
  if (!host) return html`<section class="whole"><p class="quiet" aria-busy="true">…</p></section>`
  const { ready, hits, misses } = host.spares
  const facts: [string, string | undefined][] = [
    [say('hosts.version'), host.version],
    [say('hosts.node'), host.node],
    [say('run.pid'), String(host.pid)],
    [say('pod.uptime'), amounts.span(nowMs - Date.parse(host.startedAt))],
    [say('hosts.memory'), amounts.size(host.memory)],
    [say('hosts.addresses'), host.addresses.join('  ')],
    [say('hosts.data'), host.dataDir],
    [say('hosts.spares'), say('hosts.spares.of', { ready, hits, misses })],
    [say('hosts.fingerprint'), host.fingerprint],
  ]
  return html`<section class="whole" tabindex="0" aria-label=${say('nav.hosts')}>
    <h1>${say('hosts.this')}</h1>
    <dl class="facts">
      ${facts.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
    <${Usage} desk=${desk} of=${{ path: store.me.path }} />
    <${SavingsOf} desk=${desk} />
    ${fleets.map(fleet => html`<${FleetTable} key=${fleet.path} desk=${desk} fleet=${fleet} />`)}
    <h2>${say('hosts.title')}</h2>
    ${host.hosts.length === 0 && html`<p class="quiet">${say('hosts.none')}</p>`}
    <ul class="hosts">
      ${host.hosts.map(path => html`<${Within} key=${path} desk=${desk} path=${path} />`)}
    </ul>
  </section>`
}

function Within({ desk, path }: { desk: Desk; path: string }): VNode {
  const counts = countByState([...desk.store.pods.values()].filter(pod => pod.path === path))
  const shown = (['error', 'waiting', 'up', 'asleep', 'idle'] as const).filter(one => counts[one] > 0)
  return html`<li class="within" style=${{ paddingInlineStart: `${path.split('.').length * 16}px` }}>
    <b>${path}</b>
    ${shown.map(one => html`<span key=${one}>${counts[one]} <${State} shown=${one} say=${desk.say} /></span>`)}
  </li>`
}
