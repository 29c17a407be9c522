// The runs of a pod, or of all: when they began, how long they took, and how they ended.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { RunInfo } from '../../protocol/words.ts'
import { reasonKey } from '../state/why.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'
import { Log } from './log.ts'

/** How many of the newest are shown. */
const someRuns = 100

/** @param of `marks`: what has changed once there may be others */
export function Runs({ desk, of }: { desk: Desk; of: { path: string; name?: string; marks: string } }): VNode {
  const { say } = desk
  const [runs, setRuns] = useState<RunInfo[] | undefined>(undefined)
  const [open, setOpen] = useState<string | undefined>(undefined)
  const { path, name, marks } = of
  useEffect(() => {
    desk
      .ask('pod.runs', { path, limit: someRuns, ...(name === undefined ? {} : { name }) })
      .then(({ runs }) => setRuns(runs))
      .catch(() => {})
  }, [path, name, marks, desk.store.link.is])
  if (!runs) return html`<p class="quiet" aria-busy="true">…</p>`
  if (runs.length === 0) return html`<p class="quiet">${say('runs.none')}</p>`
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${say('table.of', { what: say('tab.runs') })}>
      <table>
        <thead>
          <tr>
            <th scope="col">${say('why.run')}</th>
            <th scope="col">${say('pod.version')}</th>
            <th scope="col">${say('runs.started')}</th>
            <th scope="col">${say('runs.took')}</th>
            <th scope="col">${say('runs.end')}</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map(
            run => html`<${Row}
              key=${run.id}
              desk=${desk}
              run=${run}
              isOpen=${run.id === open}
              onOpen=${() => setOpen(run.id === open ? undefined : run.id)}
            />`,
          )}
        </tbody>
      </table>
    </div>
    ${open !== undefined && html`<h3>${say('runs.log', { run: open })}</h3><${Log} key=${open} desk=${desk} of=${{ path, name: podOf(open), run: open }} />`}`
}

type OneRun = { desk: Desk; run: RunInfo; isOpen: boolean; onOpen: () => void }

function Row({ desk, run, isOpen, onOpen }: OneRun): VNode {
  const { say, amounts, nowMs } = desk
  const ended = run.endedAt ? Date.parse(run.endedAt) : nowMs
  const isBad = run.end !== undefined && run.end.code !== 0 && run.end.reason !== 'stopped'
  return html`<tr>
    <th scope="row">
      <button class="plain in-text" type="button" aria-expanded=${isOpen} onClick=${onOpen}>${run.id}</button>
    </th>
    <td>v${run.version}</td>
    <td><time datetime=${run.startedAt} title=${run.startedAt}>${amounts.ago(run.startedAt, nowMs)}</time></td>
    <td>${amounts.span(ended - Date.parse(run.startedAt))}</td>
    <td class=${isBad ? 'bad' : ''}>${endText(run, say)}</td>
  </tr>`
}

function endText({ state, end }: RunInfo, say: Desk['say']): string {
  if (!end) return say(`run.state.${state}`)
  const key = reasonKey(end.reason)
  const code = end.code === null ? (end.signal ?? '') : say('runs.code', { code: end.code })
  return [key ? say(key) : end.reason, code, end.message].filter(Boolean).join(' · ')
}

function podOf(run: string): string {
  return run.slice(0, run.lastIndexOf('.'))
}
