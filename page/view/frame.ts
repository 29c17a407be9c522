// The frame of the page: where one can go, how the connection is, and what is open.
import type { VNode } from 'preact'
import { type View, views } from '../state/route.ts'
import { AccessView } from './access.ts'
import { Choices } from './choices.ts'
import type { Desk } from './desk.ts'
import { EventsView } from './events.ts'
import { HostsView } from './hosts.ts'
import { html } from './html.ts'
import { LinkLine } from './link-line.ts'
import { Log } from './log.ts'
import { Notes } from './notes.ts'
import { PodView } from './pod.ts'
import { PodsView } from './pods.ts'
import { QueuesView } from './queues.ts'
import { RoutesView } from './routes.ts'
import { Runs } from './runs.ts'

/** How often the runs of all pods are looked at. */
const lookMs = 5000

export function Frame({ desk }: { desk: Desk }): VNode {
  const { say, store, route } = desk
  const { host, me } = store
  const title = me.path === '' ? location.host : me.path
  return html`<div class="frame ${route.pod === undefined ? '' : 'has-pod'}">
    <a class="skip" href="#main" onClick=${skip}>${say('skip')}</a>
    <header class="top">
      <span class="logo">p8a</span>
      <span class="where">
        <strong>${title}</strong>
        ${host && html`<span class="quiet">${host.version}</span>`}
      </span>
      <nav aria-label=${say('nav.label')}>
        ${views
          .filter(view => offered(view, desk))
          .map(
            view => html`<a
              key=${view}
              href=${desk.linkTo({ view })}
              aria-current=${view === route.view ? 'page' : undefined}
              >${say(`nav.${view}`)}</a
            >`,
          )}
      </nav>
      <span class="who">
        <${LinkLine} desk=${desk} />
        <span class="quiet role" title=${me.name}>${say(`role.${me.role}`)}</span>
        <button class="plain" type="button" onClick=${desk.signOut}>${say('sign.out')}</button>
      </span>
    </header>
    <${Notes} desk=${desk} />
    <main id="main" tabindex="-1">
      <${Open} desk=${desk} />
    </main>
    <footer class="bottom"><${Choices} desk=${desk} /></footer>
  </div>`
}

function Open({ desk }: { desk: Desk }): VNode {
  const { route, store, say } = desk
  const { path } = store.me
  switch (route.view) {
    case 'logs':
      return html`<section class="whole is-log" aria-label=${say('log.title')}>
        <h1 class="hidden">${say('log.title')}</h1>
        <${Log} desk=${desk} of=${{ path }} />
      </section>`
    case 'runs':
      return html`<section class="whole" tabindex="0" aria-label=${say('tab.runs')}>
        <h1>${say('tab.runs')}</h1>
        <${Runs} desk=${desk} of=${{ path, marks: String(Math.floor(desk.nowMs / lookMs)) }} />
      </section>`
    case 'events':
      return html`<${EventsView} desk=${desk} />`
    case 'queues':
      return html`<${QueuesView} desk=${desk} />`
    case 'routes':
      return html`<${RoutesView} desk=${desk} />`
    case 'hosts':
      return html`<${HostsView} desk=${desk} />`
    case 'access':
      return html`<${AccessView} desk=${desk} />`
    default:
      return html`<h1 class="hidden">${say('title')}</h1>
        <${PodsView} desk=${desk} />
        ${route.pod !== undefined && html`<${PodView} key=${route.pod} desk=${desk} name=${route.pod} />`}`
  }
}

/** What only looks may do, and what needs every right. */
function offered(view: View, { store }: Desk): boolean {
  return view !== 'access' || store.me.role === 'admin'
}

/** The fragment says where in the page we are, so the jump is made by hand. */
function skip(event: Event): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
