// Why a pod is down: what ended it, how often it was tried, when it is tried next, and the last that it wrote.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Cause, LogEntry, PodStatus } from '../../protocol/words.ts'
import { causeOf, reasonKey } from '../state/why.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'
import { LogLine } from './log-line.ts'

/** How many of its last lines are shown. */
const lastLines = 8

export function Why({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode | null {
  const { say } = desk
  const found = causeOf(pod)
  if (!found && pod.problem === undefined) return null
  return html`<section class="why-box ${pod.status}">
    ${pod.problem !== undefined && html`<h3>${say('why.problem')}</h3><p>${pod.problem}</p>`}
    ${found && html`<${Explained} desk=${desk} pod=${pod} cause=${found.cause} title=${say(found.title)} />`}
  </section>`
}

function Explained(props: { desk: Desk; pod: PodStatus; cause: Cause; title: string }): VNode {
  const { desk, pod, cause, title } = props
  const { say, amounts, nowMs } = desk
  const key = reasonKey(cause.reason)
  const isDown = pod.status !== 'up'
  const slots = say('why.slots', { count: pod.failed ?? 0 })
  return html`<h3>${title}</h3>
    <p class="cause">${cause.text}</p>
    <dl class="facts">
      ${key && html`<div><dt>${cause.run ?? say('why.run')}</dt><dd>${say(key)}</dd></div>`}
      ${
        pod.restarts > 0 &&
        html`<div>
          <dt>${say('why.attempts')}</dt>
          <dd>${say('pod.restarts', { count: pod.restarts })}${pod.failed && pod.scale > 1 ? ` · ${slots}` : ''}</dd>
        </div>`
      }
      ${
        isDown &&
        html`<div>
          <dt>${say('why.retry')}</dt>
          <dd>${pod.retryAt ? amounts.ago(pod.retryAt, nowMs) : pod.status === 'error' ? say('why.retry.none') : ''}</dd>
        </div>`
      }
    </dl>
    <${LastLines} desk=${desk} pod=${pod} run=${cause.run} />`
}

function LastLines({ desk, pod, run }: { desk: Desk; pod: PodStatus; run: string | undefined }): VNode | null {
  const { say } = desk
  const [lines, setLines] = useState<LogEntry[] | undefined>(undefined)
  useEffect(() => {
    const { name, path } = pod
    desk
      .ask('pod.logs', { name, path, limit: lastLines, ...(run === undefined ? {} : { run }) })
      .then(({ entries }) => setLines(entries))
      .catch(() => {})
  }, [pod.name, run, pod.restarts])
  if (!lines) return null
  if (lines.length === 0) return html`<p class="quiet">${say('why.lines.none')}</p>`
  return html`<h4>${say('why.lines')}</h4>
    <div class="log short" tabindex="0" role="region" aria-label=${say('why.lines')}>
      ${lines.map((entry, at) => html`<${LogLine} key=${at} desk=${desk} entry=${entry} />`)}
    </div>`
}
