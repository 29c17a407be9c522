// The sign of a state: a shape of its own for each, so that nobody needs to see its color.
import type { VNode } from 'preact'
import type { Shown } from '../../protocol/pod-order.ts'
import type { Say } from '../words/words.ts'
import { html } from './html.ts'

const shapes: Record<Shown, () => VNode> = {
  up: () => html`<circle cx="8" cy="8" r="5" fill="currentColor" />`,
  waiting: () => html`
    <circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5" />
    <path d="M8 3.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" />`,
  error: () => html`
    <path d="M8 2.2 14.4 13.4H1.6z" fill="currentColor" />
    <path class="hole" d="M8 6v3.4M8 11v1" stroke-width="1.5" />`,
  asleep: () => html`<path d="M12.9 9.6A5.4 5.4 0 1 1 6.4 3.1a4.3 4.3 0 0 0 6.5 6.5z" fill="currentColor" />`,
  idle: () => html`<circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5" />`,
}

export function Glyph({ shown }: { shown: Shown }): VNode {
  return html`<svg class="glyph ${shown}" viewBox="0 0 16 16" aria-hidden="true">${shapes[shown]()}</svg>`
}

/** The sign and its word. */
export function State({ shown, say }: { shown: Shown; say: Say }): VNode {
  return html`<span class="state ${shown}"><${Glyph} shown=${shown} />${say(`state.${shown}`)}</span>`
}
