// What changes from one version of a pod to another: files, policy, functions, and the lines of texts.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { PodStatus } from '../../protocol/words.ts'
import type { VersionDiff } from '../../protocol/words-version.ts'
import { WireError } from '../wire/wire-error.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

export function Diff({ desk, pod, from, to }: { desk: Desk; pod: PodStatus; from: number; to: number }): VNode {
  const { say } = desk
  const [diff, setDiff] = useState<VersionDiff | WireError | undefined>(undefined)
  useEffect(() => {
    const { name, path } = pod
    desk
      .ask('pod.versions', { name, path, diff: { from, to } })
      .then(({ diff }) => setDiff(diff))
      .catch(error => setDiff(error instanceof WireError ? error : undefined))
  }, [from, to])
  if (!diff) return html`<p class="quiet" aria-busy="true">…</p>`
  if (diff instanceof WireError) return html`<p class="trouble">${diff.message}</p>`
  const { files, config, starts, exports, patch, isCut } = diff
  const isSame =
    files.length + config.length + exports.added.length + exports.removed.length === 0 && patch === '' && !starts
  return html`<section class="diff" aria-label=${say('version.diff.of', { from, to })}>
    <h4>${say('version.diff.of', { from, to })}</h4>
    ${isSame && html`<p class="quiet">${say('diff.same')}</p>`}
    <dl class="facts">
      ${files.map(
        ({ path, change, size, before }) => html`<div key=${path}>
          <dt>${say(`diff.${change}`)}</dt>
          <dd>${path} <span class="quiet">${before === undefined ? '' : `${desk.amounts.size(before)} → `}${desk.amounts.size(size)}</span></dd>
        </div>`,
      )}
      ${config.map(
        ({ key, from, to }) => html`<div key=${`config ${key}`}>
          <dt>${say('diff.config')}</dt>
          <dd>${key}: ${textOf(from)} → ${textOf(to)}</dd>
        </div>`,
      )}
      ${starts && html`<div><dt>${say('diff.starts')}</dt><dd>${starts.from} → ${starts.to}</dd></div>`}
      ${
        exports.added.length + exports.removed.length > 0 &&
        html`<div>
          <dt>${say('diff.exports')}</dt>
          <dd>${[...exports.added.map(name => `+${name}`), ...exports.removed.map(name => `−${name}`)].join('  ')}</dd>
        </div>`
      }
    </dl>
    ${
      patch !== '' &&
      html`<pre class="patch" tabindex="0" role="region" aria-label=${say('version.diff')}>${patch
        .split('\n')
        .map((line, at) => html`<span key=${at} class=${kindOf(line)}>${`${line}\n`}</span>`)}</pre>`
    }
    ${isCut && html`<p class="quiet">${say('diff.cut')}</p>`}
  </section>`
}

function textOf(value: unknown): string {
  return value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
}

function kindOf(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('@@')) return 'place'
  return line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : ''
}
