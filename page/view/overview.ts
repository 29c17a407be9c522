// A pod at a glance: why it is down, its processes, and its facts.
import type { VNode } from 'preact'
import type { PodStatus, RunStatus } from '../../protocol/words.ts'
import { causeOf, saidBy } from '../state/why.ts'
import { Calls } from './calls.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'
import { Usage } from './usage.ts'
import { Why } from './why.ts'

export function Overview({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode {
  const { say, amounts, nowMs } = desk
  const said = causeOf(pod) || pod.problem !== undefined ? '' : saidBy(pod, { say, amounts, nowMs })
  return html`<${Why} desk=${desk} pod=${pod} />
    ${said !== '' && html`<p class="said">${said}</p>`}
    <${Runs} desk=${desk} pod=${pod} />
    <${Usage} desk=${desk} of=${{ path: pod.path, name: pod.name }} />
    <${Facts} desk=${desk} pod=${pod} />
    <${Policy} desk=${desk} pod=${pod} />
    <${Calls} desk=${desk} pod=${pod} />`
}

function Runs({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode {
  const { say, amounts, nowMs } = desk
  if (pod.runs.length === 0) return html`<p class="quiet">${say('run.none')}</p>`
  return html`<table>
    <caption class="hidden">${say('tab.runs')}</caption>
    <thead>
      <tr>
        <th scope="col">${say('why.run')}</th>
        <th scope="col">${say('pod.version')}</th>
        <th scope="col">${say('run.pid')}</th>
        <th scope="col">${say('pod.uptime')}</th>
        <th scope="col">${say('pod.restarts', { count: 2 }).replace(/^\S+\s/, '')}</th>
      </tr>
    </thead>
    <tbody>
      ${pod.runs.map(
        run => html`<tr key=${run.id}>
          <th scope="row">${run.id} <span class="quiet">${runText(run, say)}</span></th>
          <td>v${run.version}</td>
          <td>${run.pid ?? ''}</td>
          <td>${amounts.span(nowMs - Date.parse(run.upAt ?? run.startedAt))}</td>
          <td>${run.restarts}</td>
        </tr>`,
      )}
    </tbody>
  </table>`
}

function runText({ state, text }: RunStatus, say: Desk['say']): string {
  return [state === 'up' ? '' : say(`run.state.${state}`), text ?? ''].filter(Boolean).join(' · ')
}

function Facts({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode {
  const { say, amounts, nowMs } = desk
  const newer = pod.latest > pod.version && pod.version > 0 ? say('pod.version.newer', { latest: pod.latest }) : ''
  const facts: [string, string | undefined][] = [
    [say('pod.kind'), say(`pod.${pod.kind}`)],
    [say('pod.version'), [pod.version > 0 ? `v${pod.version}` : '', newer].filter(Boolean).join(' · ')],
    [say('pod.runs'), pod.kind === 'service' ? say('pod.runs.of', { up: pod.up, scale: pod.scale }) : undefined],
    [say('pod.ports'), pod.ports?.map(({ address }) => address).join(', ')],
    [say('pod.next'), pod.nextAt && amounts.ago(pod.nextAt, nowMs)],
    [say('pod.queued'), pod.queued === undefined ? undefined : String(pod.queued)],
    [say('pod.params'), pairs(pod.params)],
    [say('pod.labels'), pairs(pod.labels)],
    [say('pod.exports'), pod.exports?.join(', ')],
  ]
  return html`<dl class="facts">
    ${facts
      .filter(([, value]) => value)
      .map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`
}

/** What is in force of its config; of variables only the names are known. */
function Policy({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode | null {
  const entries = Object.entries(pod.config ?? {})
  if (entries.length === 0) return null
  return html`<details>
    <summary>${desk.say('pod.policy')}</summary>
    <dl class="facts">
      ${entries.map(([key, value]) => html`<div key=${key}><dt>${key}</dt><dd>${textOf(value)}</dd></div>`)}
    </dl>
  </details>`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function pairs(texts: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(texts ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join('  ')
}
