// Who may come in, and who changed what. For those who may do everything.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { AuditEntry, TokenInfo } from '../../protocol/words-host.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

/** How many lines of the audit log are shown. */
const someEntries = 200

export function AccessView({ desk }: { desk: Desk }): VNode {
  const { say, store } = desk
  const [tokens, setTokens] = useState<TokenInfo[]>([])
  const [entries, setEntries] = useState<AuditEntry[]>([])
  const { path } = store.me
  const look = () => {
    desk
      .ask('host.token.list', { path })
      .then(({ tokens }) => setTokens(tokens))
      .catch(() => {})
    desk
      .ask('host.audit', { path, limit: someEntries })
      .then(({ entries }) => setEntries(entries.toReversed()))
      .catch(() => {})
  }
  useEffect(look, [store.link.is])
  return html`<section class="whole" tabindex="0" aria-label=${say('nav.access')}>
    <div class="bar"><h1>${say('access.tokens')}</h1><button type="button" onClick=${look}>${say('runs.refresh')}</button></div>
    <${Tokens} desk=${desk} tokens=${tokens} onEnded=${look} />
    <h2>${say('access.audit')}</h2>
    <${Audit} desk=${desk} entries=${entries} />
  </section>`
}

function Tokens({ desk, tokens, onEnded }: { desk: Desk; tokens: readonly TokenInfo[]; onEnded: () => void }): VNode {
  const { say, amounts, nowMs } = desk
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('access.tokens')}>
    <table>
      <thead>
        <tr>
          <th scope="col">${say('access.name')}</th>
          <th scope="col">${say('access.role')}</th>
          <th scope="col">${say('access.path')}</th>
          <th scope="col">${say('access.expires')}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${tokens.map(
          ({ name, role, path, expiresAt }) => html`<tr key=${name}>
            <th scope="row">${name}</th>
            <td>${role}</td>
            <td>${path}</td>
            <td>${expiresAt ? amounts.ago(expiresAt, nowMs) : say('access.never')}</td>
            <td class="act">
              <button
                type="button"
                class="danger"
                aria-label=${say('access.remove', { name })}
                onClick=${() => desk.endToken(name, onEnded)}
              >
                ${say('access.end')}
              </button>
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function Audit({ desk, entries }: { desk: Desk; entries: readonly AuditEntry[] }): VNode {
  const { say, amounts, nowMs } = desk
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('access.audit')}>
    <table>
      <thead>
        <tr>
          <th scope="col">${say('audit.when')}</th>
          <th scope="col">${say('audit.who')}</th>
          <th scope="col">${say('audit.from')}</th>
          <th scope="col">${say('audit.verb')}</th>
          <th scope="col">${say('audit.what')}</th>
          <th scope="col">${say('deploy.outcome')}</th>
        </tr>
      </thead>
      <tbody>
        ${entries.map(
          ({ time, who, from, verb, path, pod, token, outcome, count }, at) => html`<tr key=${at}>
            <td><time datetime=${time} title=${time}>${amounts.clock(time, nowMs)}</time></td>
            <td>${who}</td>
            <td>${from}</td>
            <td>${verb}</td>
            <td>${[path, pod ?? token ?? ''].filter(Boolean).join('.')}${count === undefined ? '' : ` ×${count}`}</td>
            <td class=${outcome === 'ok' ? '' : 'bad'}>${outcome}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
