// A line of a log. What a pod wrote is text and nothing else.
import type { VNode } from 'preact'
import type { LogEntry } from '../../protocol/words.ts'
import { parts } from '../state/marks.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
const controls = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f]/g

type LineOf = { desk: Desk; entry: LogEntry; withRun?: boolean; grep?: string }

export function LogLine({ desk, entry, withRun, grep = '' }: LineOf): VNode {
  const { say, amounts, nowMs } = desk
  const text = entry.text.replace(controls, '')
  return html`<div class="line ${entry.source}">
    <time datetime=${entry.time} title=${entry.time}>${amounts.clock(entry.time, nowMs)}</time>
    ${withRun && html`<b>${entry.run ?? entry.pod ?? 'p8a'}</b>`}
    <span class="source">${say(`log.source.${entry.source}`)}</span>
    <span class="text">${parts(text, grep).map((part, at) => (at % 2 === 1 ? html`<mark>${part}</mark>` : part))}</span>
  </div>`
}
