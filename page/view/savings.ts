// What the sleep of pods has left to others.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { fullName } from '../../protocol/pod-order.ts'
import type { Saved, Savings } from '../../protocol/savings.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

/** How many pods are named: those that saved most. */
const somePods = 20

export function SavingsOf({ desk }: { desk: Desk }): VNode | null {
  const { say, amounts, nowMs, store } = desk
  const [savings, setSavings] = useState<Savings | undefined>(undefined)
  const { path } = store.me
  useEffect(() => {
    desk
      .ask('host.savings', { path })
      .then(setSavings)
      .catch(() => {})
  }, [path, store.link.is])
  if (!savings || savings.total.naps === 0) return null
  const { total, pods, since, currency } = savings
  const cells = ({ asleepMs, naps, gigabyteHours, price }: Saved) => html`<td>${amounts.span(asleepMs)}</td>
    <td>${amounts.number(naps)}</td>
    <td>${amounts.number(Number(gigabyteHours.toPrecision(3)))}</td>
    ${total.price !== undefined && html`<td>${price === undefined ? '' : `${amounts.number(price)} ${currency}`}</td>`}`
  return html`<h2>${say('savings.title')}</h2>
    <p class="quiet">${say('savings.since', { time: amounts.clock(since, nowMs) })}</p>
    <div class="scrolls" tabindex="0" role="region" aria-label=${say('savings.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${say('savings.pod')}</th>
            <th scope="col">${say('state.asleep')}</th>
            <th scope="col">${say('savings.naps')}</th>
            <th scope="col">${say('savings.memory')}</th>
            ${total.price !== undefined && html`<th scope="col">${say('savings.price')}</th>`}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">${say('savings.total')}</th>
            ${cells(total)}
          </tr>
          ${pods.slice(0, somePods).map(
            pod => html`<tr key=${fullName(pod)}>
              <th scope="row"><a href=${desk.linkTo({ view: 'pods', pod: fullName(pod) })}>${fullName(pod)}</a></th>
              ${cells(pod)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}
