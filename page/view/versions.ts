// The versions of a pod: which one runs, what another one changes, the way to it, and what was begun so far.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { PodStatus } from '../../protocol/words.ts'
import type { DeployInfo, VersionInfo } from '../../protocol/words-version.ts'
import type { Desk } from './desk.ts'
import { Diff } from './diff.ts'
import { html } from './html.ts'

type Known = { versions: VersionInfo[]; deploys?: DeployInfo[] }

export function Versions({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode {
  const { say } = desk
  const [known, setKnown] = useState<Known | undefined>(undefined)
  const [compared, setCompared] = useState<number | undefined>(undefined)
  const { name, path, version, latest, status } = pod
  useEffect(() => {
    desk
      .ask('pod.versions', { name, path, deploys: true })
      .then(setKnown)
      .catch(() => {})
  }, [name, path, version, latest, status, desk.store.link.is])
  if (!known) return html`<p class="quiet" aria-busy="true">…</p>`
  if (known.versions.length === 0) return html`<p class="quiet">${say('version.none')}</p>`
  return html`<div class="versions">
    ${known.versions.toReversed().map(
      one => html`<${Version}
        key=${one.version}
        desk=${desk}
        pod=${pod}
        one=${one}
        isCompared=${compared === one.version}
        onCompare=${() => setCompared(compared === one.version ? undefined : one.version)}
      />`,
    )}
    ${known.deploys && html`<${Deploys} desk=${desk} deploys=${known.deploys} />`}
  </div>`
}

type OneVersion = { desk: Desk; pod: PodStatus; one: VersionInfo; isCompared: boolean; onCompare: () => void }

function Version({ desk, pod, one, isCompared, onCompare }: OneVersion): VNode {
  const { say, amounts, nowMs, store } = desk
  const mayRun = store.me.role !== 'read' && pod.kind === 'service' && pod.want === 'up' && pod.version !== one.version
  return html`<article class="version ${one.isWanted ? 'is-wanted' : ''}">
    <h3>v${one.version} ${one.isWanted && html`<span class="badge">${say('version.running')}</span>`}</h3>
    <p class="quiet">
      ${say('version.pushed')} <time datetime=${one.pushedAt} title=${one.pushedAt}>${amounts.ago(one.pushedAt, nowMs)}</time>
      ${one.by && ` · ${one.by}`} · ${amounts.size(one.size)} · ${one.file ?? ''} ${one.hash.slice(0, 12)}
    </p>
    ${one.message && html`<p>${one.message}</p>`}
    ${
      pod.version > 0 &&
      pod.version !== one.version &&
      html`<div class="buttons">
        <button type="button" aria-expanded=${isCompared} onClick=${onCompare}>${say('version.diff')}</button>
        ${
          mayRun &&
          html`<button type="button" onClick=${() => desk.runVersion(pod, one.version)}>
            ${say(one.version < pod.version ? 'act.rollback' : 'version.run')}
          </button>`
        }
      </div>`
    }
    ${isCompared && html`<${Diff} desk=${desk} pod=${pod} from=${pod.version} to=${one.version} />`}
  </article>`
}

function Deploys({ desk, deploys }: { desk: Desk; deploys: readonly DeployInfo[] }): VNode {
  const { say, amounts, nowMs } = desk
  if (deploys.length === 0) return html`<p class="quiet">${say('version.deploys.none')}</p>`
  return html`<h3>${say('version.deploys')}</h3>
    <div class="scrolls" tabindex="0" role="region" aria-label=${say('version.deploys')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${say('audit.when')}</th>
            <th scope="col">${say('deploy.what')}</th>
            <th scope="col">${say('audit.who')}</th>
            <th scope="col">${say('deploy.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          ${deploys.toReversed().map(
            ({ number, kind, from, to, at, by, outcome, why, tookMs }) => html`<tr key=${number}>
              <td><time datetime=${at} title=${at}>${amounts.ago(at, nowMs)}</time></td>
              <td>${say(`deploy.${kind}`)} ${from === undefined || from === to ? '' : `v${from} →`} ${to === undefined ? '' : `v${to}`}</td>
              <td>${by}</td>
              <td class=${outcome === 'failed' ? 'bad' : ''}>
                ${say(`deploy.${outcome}`)}${tookMs === undefined ? '' : ` · ${amounts.span(tookMs)}`}
                ${why && html`<span class="quiet"> ${why}</span>`}
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}
