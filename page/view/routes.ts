// Routes, what gateways have counted of them, and certificates with their ends.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { fullName, shownAs } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { errorsText, type GatewayStats, gatewaysOf, type RouteRow, routesOf } from '../state/gateway.ts'
import type { Desk } from './desk.ts'
import { State } from './glyph.ts'
import { html } from './html.ts'

export function RoutesView({ desk }: { desk: Desk }): VNode {
  const { say, store } = desk
  const pods = [...store.pods.values()]
  const [gateway] = gatewaysOf(pods)
  const mayAsk = store.me.role !== 'read'
  const { stats, look } = useStats(desk, mayAsk ? gateway : undefined)
  const rows = routesOf(pods)
  return html`<section class="whole" tabindex="0" aria-label=${say('nav.routes')}>
    <div class="bar">
      <h1>${say('nav.routes')}</h1>
      ${gateway && mayAsk && html`<button type="button" onClick=${look}>${say('runs.refresh')}</button>`}
    </div>
    ${!gateway && html`<p class="quiet">${say('routes.no.gateway')}</p><pre class="command"><code>pod push local gateway p8a:gateway && pod start local gateway --listen 80</code></pre>`}
    ${stats?.rules !== undefined && html`<p class="trouble">${say('routes.rules', { why: stats.rules })}</p>`}
    ${
      rows.length === 0
        ? html`<p class="quiet">${say('routes.none')}</p>`
        : html`<${Table} desk=${desk} rows=${rows} stats=${stats} gateway=${mayAsk ? gateway : undefined} />`
    }
    ${stats?.tls && html`<${Certificates} desk=${desk} tls=${stats.tls} />`}
  </section>`
}

/** Asked for once, and when somebody wants it: each command is in the audit log. */
function useStats(desk: Desk, gateway: PodStatus | undefined): { stats: GatewayStats | undefined; look: () => void } {
  const [stats, setStats] = useState<GatewayStats | undefined>(undefined)
  const key = gateway && fullName(gateway)
  const look = () => {
    if (!gateway) return
    const { path, name } = gateway
    desk
      .ask('pod.command', { path, name, argv: ['gateway', 'status', '--json'] })
      .then(({ value }) => setStats(value as GatewayStats))
      .catch(() => {})
  }
  useEffect(look, [key, desk.store.link.is])
  return { stats, look }
}

type TableOf = {
  desk: Desk
  rows: readonly RouteRow[]
  stats: GatewayStats | undefined
  gateway: PodStatus | undefined
}

function Table({ desk, rows, stats, gateway }: TableOf): VNode {
  const { say, amounts } = desk
  const ms = (value: number | undefined) => (value === undefined ? '' : amounts.span(Math.round(value)))
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('table.of', { what: say('nav.routes') })}>
    <table>
      <thead>
        <tr>
          <th scope="col">${say('routes.at')}</th>
          <th scope="col">${say('routes.to')}</th>
          <th scope="col">${say('routes.rate')}</th>
          <th scope="col">p50</th>
          <th scope="col">p99</th>
          <th scope="col">${say('routes.open')}</th>
          <th scope="col">${say('routes.waiting')}</th>
          <th scope="col">${say('routes.errors')}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${rows.map(({ at, to, pod }) => {
          const counted = stats?.pods[to]
          return html`<tr key=${`${at} ${to}`}>
            <th scope="row">${at}</th>
            <td>
              ${pod ? html`<a href=${desk.linkTo({ view: 'pods', pod: to })}>${to}</a> <${State} shown=${shownAs(pod)} say=${say} />` : to}
            </td>
            <td>${counted ? amounts.number(counted.perSecond) : ''}</td>
            <td>${ms(counted?.p50Ms)}</td>
            <td>${ms(counted?.p99Ms)}</td>
            <td>${counted ? counted.open + counted.sockets : ''}</td>
            <td>${counted?.waiting ?? ''}</td>
            <td class="bad">${counted ? errorsText(counted.errors) : ''}</td>
            <td class="act">
              ${
                gateway &&
                html`<button type="button" aria-label=${say('act.of', { act: say('act.pause'), name: to })} onClick=${() => desk.hold('pause', { gateway, to })}>${say('act.pause')}</button>
                  <button type="button" aria-label=${say('act.of', { act: say('act.resume'), name: to })} onClick=${() => desk.hold('resume', { gateway, to })}>${say('act.resume')}</button>`
              }
            </td>
          </tr>`
        })}
      </tbody>
    </table>
  </div>`
}

function Certificates({ desk, tls }: { desk: Desk; tls: NonNullable<GatewayStats['tls']> }): VNode {
  const { say, amounts, nowMs } = desk
  return html`<h2>${say('certificates.title')}</h2>
    ${tls.faults.map(({ label, text }) => html`<p key=${label} class="trouble">${label}: ${text}</p>`)}
    ${
      tls.certificates.length > 0 &&
      html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('certificates.title')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${say('certificates.names')}</th>
              <th scope="col">${say('certificates.issuer')}</th>
              <th scope="col">${say('access.expires')}</th>
            </tr>
          </thead>
          <tbody>
            ${tls.certificates.map(
              ({ label, names, issuer, endsAt, faults }) => html`<tr key=${label}>
                <th scope="row">${names.join(', ')}</th>
                <td>${issuer}</td>
                <td><time datetime=${endsAt} title=${endsAt}>${amounts.ago(endsAt, nowMs)}</time> <span class="bad">${faults.join('; ')}</span></td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }`
}
