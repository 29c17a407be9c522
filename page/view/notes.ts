// What is being done, what was done, and what failed: notes that go by themselves, but for failures.
import type { VNode } from 'preact'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

export function Notes({ desk }: { desk: Desk }): VNode {
  const { store, say } = desk
  return html`<div class="notes" aria-live="polite">
    ${store.notes.map(
      ({
        id,
        kind,
        text,
        hint,
      }) => html`<div key=${id} class="note ${kind}" role=${kind === 'failed' ? 'alert' : undefined}>
        <div>
          <p>${text}</p>
          ${hint && html`<p class="quiet">${say('failed.hint', { hint })}</p>`}
        </div>
        <button class="plain" type="button" aria-label=${say('act.close')} onClick=${() => store.unnote(id)}>×</button>
      </div>`,
    )}
  </div>`
}
