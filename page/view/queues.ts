// The queues of workers: what waits, how many runs that makes and why, and the items that were given up.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { fullName } from '../../protocol/pod-order.ts'
import type { ItemInfo } from '../../protocol/words-queue.ts'
import { type QueueAt, queueHosts, queuesOf } from '../state/queues.ts'
import { answersOf } from '../state/told.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'
import { useTold } from './told.ts'

/** How often the queues are looked at. */
const lookMs = 5000
/** How many items that were given up are shown. */
const someItems = 100

export function QueuesView({ desk }: { desk: Desk }): VNode {
  const { say, store } = desk
  const [open, setOpen] = useState<string | undefined>(undefined)
  const [asked, setAsked] = useState(0)
  const hosts = queueHosts(store.me.path, store.pods.values())
  const when = [asked, Math.floor(desk.nowMs / lookMs), store.link.is]
  const told = answersOf(
    useTold(hosts, async path => (await desk.ask('queue.list', { path })).queues, when),
    hosts,
  )
  const queues = told.length > 0 ? queuesOf(told.map(({ path, answer }) => ({ path, queues: answer }))) : undefined
  const look = () => setAsked(asked + 1)
  const opened = queues?.find(queue => fullName(queue) === open)
  return html`<section class="whole" tabindex="0" aria-label=${say('nav.queues')}>
    <h1>${say('nav.queues')}</h1>
    ${
      !queues
        ? html`<p class="quiet" aria-busy="true">…</p>`
        : queues.length === 0
          ? html`<p class="quiet">${say('queues.none')}</p>`
          : html`<${Table} desk=${desk} queues=${queues} open=${open} onOpen=${setOpen} onDone=${look} />`
    }
    ${opened && html`<${Dead} key=${open} desk=${desk} queue=${opened} asked=${asked} onDone=${look} />`}
  </section>`
}

type TableOf = {
  desk: Desk
  queues: readonly QueueAt[]
  open: string | undefined
  onOpen: (name: string | undefined) => void
  onDone: () => void
}

function Table({ desk, queues, open, onOpen, onDone }: TableOf): VNode {
  const { say } = desk
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('table.of', { what: say('nav.queues') })}>
    <table>
      <thead>
        <tr>
          <th scope="col">${say('queues.worker')}</th>
          <th scope="col">${say('routes.waiting')}</th>
          <th scope="col">${say('routes.open')}</th>
          <th scope="col">${say('queues.dead')}</th>
          <th scope="col">${say('queues.rates')}</th>
          <th scope="col">${say('queues.oldest')}</th>
          <th scope="col">${say('pod.runs')}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${queues.map(
          queue => html`<${Row}
            key=${fullName(queue)}
            desk=${desk}
            queue=${queue}
            isOpen=${fullName(queue) === open}
            onOpen=${() => onOpen(fullName(queue) === open ? undefined : fullName(queue))}
            onDone=${onDone}
          />`,
        )}
      </tbody>
    </table>
  </div>`
}

type OneQueue = { desk: Desk; queue: QueueAt; isOpen: boolean; onOpen: () => void; onDone: () => void }

function Row({ desk, queue, isOpen, onOpen, onDone }: OneQueue): VNode {
  const { say, amounts, store } = desk
  const { path, counts, isPaused, rates, oldestMs, worker, away } = queue
  const name = fullName(queue)
  const act = isPaused ? 'resume' : 'pause'
  return html`<tr>
    <th scope="row">
      ${store.pods.has(name) ? html`<a href=${desk.linkTo({ view: 'pods', pod: name })}>${name}</a>` : name}
      ${isPaused && html` <span class="badge">${say('queues.paused')}</span>`}
    </th>
    <td>${amounts.number(counts.waiting + counts.delayed + counts.held)}</td>
    <td>${amounts.number(counts.running)}</td>
    <td>
      <button
        class="plain in-text"
        type="button"
        aria-expanded=${isOpen}
        aria-label=${say('queues.dead.of', { name, count: counts.dead })}
        onClick=${onOpen}
      >
        ${amounts.number(counts.dead)}
      </button>
    </td>
    <td>${say('queues.rates.of', { added: amounts.number(rates.added), ended: amounts.number(rates.ended) })}</td>
    <td>${oldestMs === undefined ? '' : amounts.span(oldestMs)}</td>
    <td>${worker ? say('pod.runs.of', { up: worker.runs, scale: worker.scale }) : ''} <span class="quiet">${away ?? worker?.why ?? say('queues.gone')}</span></td>
    <td class="act">
      ${
        store.me.role !== 'read' &&
        html`<button
          type="button"
          aria-label=${say('act.of', { act: say(`act.${act}`), name })}
          onClick=${() => desk.work(`queue.${act}`, { path, name: queue.name }, onDone)}
        >
          ${say(`act.${act}`)}
        </button>`
      }
    </td>
  </tr>`
}

type DeadOf = { desk: Desk; queue: QueueAt; asked: number; onDone: () => void }

function Dead({ desk, queue, asked, onDone }: DeadOf): VNode {
  const { say, store } = desk
  const [items, setItems] = useState<ItemInfo[] | undefined>(undefined)
  const { role } = store.me
  const { path, counts } = queue
  const name = fullName(queue)
  useEffect(() => {
    desk
      .ask('queue.items', { path, name: queue.name, state: 'dead', limit: someItems })
      .then(({ items }) => setItems(items))
      .catch(() => {})
  }, [name, asked, counts.dead, store.link.is])
  if (!items) return html`<p class="quiet" aria-busy="true">…</p>`
  if (items.length === 0) return html`<p class="quiet">${say('queues.dead.none', { name })}</p>`
  const acts = (ids: string[] | 'all', what: string) =>
    role !== 'read' &&
    (['retry', 'drop'] as const).map(
      act => html`<button
        key=${act}
        type="button"
        class=${act === 'drop' ? 'danger' : ''}
        aria-label=${say('act.of', { act: say(`act.${act}`), name: what })}
        onClick=${() => desk.work(`queue.${act}`, { path, name: queue.name, ids, ...(ids === 'all' && { state: 'dead' as const }) }, onDone)}
      >
        ${say(`act.${act}`)}
      </button>`,
    )
  return html`<div class="bar">
      <h2>${say('queues.dead.title', { name })}</h2>
      ${acts('all', say('queues.dead.all'))}
    </div>
    <div class="scrolls" tabindex="0" role="region" aria-label=${say('queues.dead.title', { name })}>
      <table>
        <thead>
          <tr>
            <th scope="col">${say('queues.item')}</th>
            <th scope="col">${say('call.function')}</th>
            <th scope="col">${say('why.attempts')}</th>
            <th scope="col">${say('audit.when')}</th>
            <th scope="col">${say('queues.error')}</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${items.map(item => html`<${Item} key=${item.id} desk=${desk} item=${item} acts=${acts([item.id], item.id)} />`)}
        </tbody>
      </table>
    </div>`
}

function Item({ desk, item, acts }: { desk: Desk; item: ItemInfo; acts: VNode[] | false }): VNode {
  const { amounts, nowMs } = desk
  const { id, fn, args, attempt, retries, endedAt, addedAt, error } = item
  const at = endedAt ?? addedAt
  return html`<tr>
    <th scope="row">${id}</th>
    <td><code>${fn}(${(JSON.stringify(args) ?? '').slice(1, -1)})</code></td>
    <td>${desk.say('pod.runs.of', { up: attempt, scale: retries + 1 })}</td>
    <td><time datetime=${at} title=${at}>${amounts.ago(at, nowMs)}</time></td>
    <td class="bad">${error ?? ''}</td>
    <td class="act">${acts}</td>
  </tr>`
}
