// One line over time. What draws it is loaded with the first one.
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { nowAndMost } from '../state/series.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

type ChartOf = {
  desk: Desk
  title: string
  times: readonly number[]
  values: readonly (number | null)[]
  show: (value: number) => string
}

const heightPx = 120

export function Chart({ desk, title, times, values, show }: ChartOf): VNode {
  const { say, language, theme } = desk
  const box = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot | undefined>(undefined)
  const data: uPlot.AlignedData = [times as number[], values as (number | null)[]]
  useEffect(() => {
    const element = box.current
    if (!element) return
    let isGone = false
    void import('uplot').then(({ default: Plot }) => {
      if (!isGone) drawn.current = new Plot(optionsOf(element, { language, show }), data, element)
    }, leaveEmpty)
    const observer = new ResizeObserver(() => drawn.current?.setSize({ width: element.clientWidth, height: heightPx }))
    observer.observe(element)
    return () => {
      isGone = true
      observer.disconnect()
      drawn.current?.destroy()
      drawn.current = undefined
    }
  }, [language, theme])
  const last = times.at(-1)
  useEffect(() => drawn.current?.setData(data), [last])
  const known = nowAndMost(values)
  const text = known
    ? say('chart.now', { what: title, value: known.now === undefined ? '–' : show(known.now), most: show(known.most) })
    : title
  return html`<figure class="chart">
    <figcaption>${text}</figcaption>
    <div ref=${box} role="img" aria-label=${text} style=${{ height: `${heightPx}px` }}></div>
  </figure>`
}

/** The host has other files now: the page is loaded anew in a moment. */
function leaveEmpty(): void {}

function optionsOf(
  element: HTMLElement,
  { language, show }: { language: string; show: (value: number) => string },
): uPlot.Options {
  const style = getComputedStyle(element)
  const [ink, line, accent] = ['--quiet', '--line', '--accent'].map(name => colorOf(element, name))
  const axis = {
    stroke: ink ?? '',
    grid: { stroke: line ?? '', width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  }
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    series: [
      {},
      {
        stroke: accent ?? '',
        width: 1.5,
        fill: `color-mix(in srgb, ${accent} 12%, transparent)`,
        spanGaps: false,
        points: { show: false },
      },
    ],
    axes: [
      { ...axis, space: 70, values: (_plot, at) => at.map(second => time.format(second * 1000)) },
      { ...axis, size: 62, space: 32, values: (_plot, at) => at.map(show) },
    ],
  }
}

/** What a name of the page's colors is now, as a canvas takes it. */
function colorOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
