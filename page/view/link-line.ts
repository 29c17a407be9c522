// How the connection to the host is, and since when it is lost.
import type { VNode } from 'preact'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

export function LinkLine({ desk }: { desk: Desk }): VNode {
  const { say, store, amounts, nowMs } = desk
  const { link } = store
  if (link.is === 'live')
    return html`<span class="link live" role="status"><i aria-hidden="true"></i>${say('link.live')}</span>`
  if (link.is !== 'lost')
    return html`<span class="link" role="status"><i aria-hidden="true"></i>${say('link.connecting')}</span>`
  const time = amounts.clock(new Date(link.sinceMs).toISOString(), nowMs)
  return html`<span class="link lost" role="status"><i aria-hidden="true"></i>${say('link.lost')}</span>
    <div class="banner" role="alert">
      <p>${say('link.lost.long', { time })}</p>
      <button type="button" onClick=${desk.tryNow}>${say('link.try')}</button>
    </div>`
}
