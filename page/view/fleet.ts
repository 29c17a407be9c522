// The hosts of a fleet, as the host that is looked at knows them.
import type { VNode } from 'preact'
import { type Fleet, fleetOf } from '../state/fleet.ts'
import { answersOf } from '../state/told.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'
import { useTold } from './told.ts'

/** How often fleets are asked for their hosts. */
const lookMs = 5000

/** The fleets that this host is in. */
export function useFleets(desk: Desk): readonly Fleet[] {
  const { store, nowMs } = desk
  const paths = store.fleets
  const asked = store.link.is === 'live' ? paths : []
  const when = [Math.floor(nowMs / lookMs)]
  const told = useTold(asked, async path => fleetOf(path, await desk.ask('host.info', { path })), when)
  return answersOf(told, paths).flatMap(({ answer }) => answer ?? [])
}

const states = ['active', 'cordoned', 'draining', 'gone'] as const

export function FleetTable({ desk, fleet }: { desk: Desk; fleet: Fleet }): VNode {
  const { say, amounts } = desk
  const title = say('fleet.title', { name: fleet.path })
  return html`<h2>${title}</h2>
    ${!fleet.isUp && html`<p class="trouble" role="alert">${say('fleet.away')}</p>`}
    ${fleet.problem !== '' && html`<p class="trouble" role="alert">${fleet.problem}</p>`}
    <div class="scrolls" tabindex="0" role="region" aria-label=${title}>
      <table>
        <thead>
          <tr>
            <th scope="col">${say('log.source.host')}</th>
            <th scope="col">${say('fleet.state')}</th>
            <th scope="col">${say('fleet.tags')}</th>
            <th scope="col">${say('nav.pods')}</th>
            <th scope="col">${say('pod.runs')}</th>
            <th scope="col">${say('hosts.version')}</th>
          </tr>
        </thead>
        <tbody>
          ${fleet.hosts.map(({ name, status, tags, pods, runs, p8a }) => {
            const known = states.find(one => one === status)
            return html`<tr key=${name}>
              <th scope="row">${name}${name === fleet.host && html` <span class="badge">${say('fleet.here')}</span>`}</th>
              <td class=${status === 'gone' ? 'bad' : ''}>${known ? say(`fleet.${known}`) : status}</td>
              <td>${tags.join(', ')}</td>
              <td>${amounts.number(pods)}</td>
              <td>${amounts.number(runs)}</td>
              <td>${p8a}</td>
            </tr>`
          })}
        </tbody>
      </table>
    </div>`
}
