// What a pod, or all of them, used of cpu and memory in the last hours, how much it was asked, and how late its event loop was.
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { UsageInfo } from '../../protocol/usage.ts'
import { seriesOf } from '../state/series.ts'
import { Chart } from './chart.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

/** How often to ask, if the host measures more often. */
const leastMs = 10_000

export function Usage({ desk, of }: { desk: Desk; of: { path: string; name?: string } }): VNode | null {
  const { say, amounts, store } = desk
  const [info, setInfo] = useState<UsageInfo | undefined>(undefined)
  const { path, name } = of
  const everyMs = Math.max(leastMs, info?.everyMs || leastMs)
  const isLive = store.link.is === 'live'
  useEffect(() => {
    const look = () => {
      if (document.hidden || !isLive) return
      desk
        .ask('pod.usage', { path, ...(name === undefined ? {} : { name }) })
        .then(setInfo)
        .catch(() => {})
    }
    look()
    const timer = setInterval(look, everyMs)
    return () => clearInterval(timer)
  }, [path, name, everyMs, isLive])
  if (!info || info.everyMs === 0) return null
  const { times, cpu, memory, requests, lag } = seriesOf(info)
  if (times.length < 2) return html`<p class="quiet">${say('chart.none')}</p>`
  return html`<section class="charts" aria-label=${say('chart.hours')}>
    <${Chart} desk=${desk} title=${say('chart.cpu')} times=${times} values=${cpu} show=${amounts.percent} />
    <${Chart} desk=${desk} title=${say('chart.memory')} times=${times} values=${memory} show=${amounts.size} />
    ${requests && html`<${Chart} desk=${desk} title=${say('chart.requests')} times=${times} values=${requests} show=${amounts.number} />`}
    ${
      lag
        ? html`<${Chart} desk=${desk} title=${say('chart.lag')} times=${times} values=${lag} show=${amounts.ms} />`
        : html`<p class="quiet">${say('chart.lag.none')}</p>`
    }
  </section>`
}
