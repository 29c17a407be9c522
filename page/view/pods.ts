// All pods, what is wrong first. Of a thousand only the rows on the screen are in the document.
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { countByState, fullName, type Order, orders, podsFor, type Shown } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { rowsIn } from '../state/window.ts'
import type { Desk } from './desk.ts'
import { Glyph } from './glyph.ts'
import { html } from './html.ts'
import { PodRow } from './pod-row.ts'

/** The height of a row, as page.css has it. */
const rowPx = 52

const filters: readonly Shown[] = ['error', 'waiting', 'up', 'asleep', 'idle']

export function PodsView({ desk }: { desk: Desk }): VNode {
  const { store, say } = desk
  const [text, setText] = useState('')
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  const [order, setOrder] = useState<Order>('trouble')
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => onSlash(() => field.current?.focus()), [])
  const counts = countByState(store.pods.values())
  const pods = podsFor(store.pods.values(), { text, shown, order, usage: store.usage })
  const all = () => {
    setText('')
    setShown(undefined)
  }
  return html`<section class="pods" aria-label=${say('list.label')}>
    <div class="bar">
      <input
        ref=${field}
        type="search"
        placeholder=${say('list.filter')}
        aria-label=${say('list.filter')}
        aria-keyshortcuts="/"
        value=${text}
        onInput=${(event: InputEvent) => setText((event.target as HTMLInputElement).value)}
      />
      <div class="chips">
        ${filters
          .filter(one => counts[one] > 0 || one === shown)
          .map(
            one => html`<button
              key=${one}
              type="button"
              class="chip ${one}"
              aria-pressed=${one === shown}
              onClick=${() => setShown(one === shown ? undefined : one)}
            >
              <${Glyph} shown=${one} /><b>${desk.amounts.number(counts[one])}</b> ${say(`state.${one}`)}
            </button>`,
          )}
      </div>
      <label class="order">
        <span class="hidden">${say('list.sort')}</span>
        <select onChange=${(event: Event) => setOrder((event.target as HTMLSelectElement).value as Order)}>
          ${orders.map(one => html`<option key=${one} value=${one} selected=${one === order}>${say(`list.sort.${one}`)}</option>`)}
        </select>
      </label>
      <span class="hidden" role="status">${say('list.shown', { count: pods.length })}</span>
    </div>
    ${
      pods.length > 0
        ? html`<${Rows} desk=${desk} pods=${pods} />`
        : html`<${Nothing} desk=${desk} isFiltered=${store.pods.size > 0} onAll=${all} />`
    }
  </section>`
}

function Rows({ desk, pods }: { desk: Desk; pods: readonly PodStatus[] }): VNode {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 800 })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  const { first, last, above, below } = rowsIn(pods.length, { ...view, row: rowPx })
  return html`<div class="rows" ref=${box} tabindex="-1" onKeyDown=${onArrows}>
    <div style=${{ height: `${above}px` }}></div>
    <ul>
      ${pods.slice(first, last).map(
        (pod, at) => html`<${PodRow}
            key=${fullName(pod)}
            desk=${desk}
            pod=${pod}
            at=${first + at + 1}
            of=${pods.length}
          />`,
      )}
    </ul>
    <div style=${{ height: `${below}px` }}></div>
  </div>`
}

function Nothing({ desk, isFiltered, onAll }: { desk: Desk; isFiltered: boolean; onAll: () => void }): VNode {
  const { say, store } = desk
  if (isFiltered)
    return html`<div class="nothing">
      <p>${say('list.no.match')}</p>
      <button type="button" onClick=${onAll}>${say('list.clear')}</button>
    </div>`
  if (!store.isKnown)
    return html`<div class="nothing" aria-busy="true"><p class="quiet">${say('link.connecting')}</p></div>`
  return html`<div class="nothing">
    <p>${say('list.none')}</p>
    <p class="quiet">${say('list.none.how')}</p>
    <pre class="command"><code>pod push local web web.js && pod start local web</code></pre>
  </div>`
}

/** Up and down go from row to row, as in a list. */
function onArrows(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key]
  const here = (event.target as HTMLElement).closest('li')
  if (step === undefined || !here) return
  event.preventDefault()
  const next = step > 0 ? here.nextElementSibling : here.previousElementSibling
  next?.querySelector<HTMLElement>('a.open')?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** A slash goes to the field of the filter, unless somebody writes. */
function onSlash(focus: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    const isWriting = (event.target as HTMLElement).matches?.('input, textarea, select')
    if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    focus()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
