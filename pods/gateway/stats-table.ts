// `pod gateway status`: what the gateway has counted, as a table.
import type { AllStats } from './stats.ts'

export function statsTable({ runs, connections, pods }: AllStats): string {
  const head = ['POD', 'REQUESTS', 'PER SECOND', 'P50', 'P99', 'OPEN', 'SOCKETS', 'WAITING', 'ERRORS']
  const rows = Object.entries(pods).map(([name, of]) => [
    name,
    String(of.requests),
    of.perSecond.toFixed(1),
    time(of.p50Ms),
    time(of.p99Ms),
    String(of.open),
    String(of.sockets),
    String(of.waiting),
    Object.entries(of.errors)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ') || '-',
  ])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const lines = all.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  const counted = [count(runs, 'run'), count(connections, 'connection')]
  return `${counted.join(', ')}\n${lines.map(line => `${line.trimEnd()}\n`).join('')}`
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
const time = (ms: number | undefined) => (ms === undefined ? '-' : `${ms} ms`)
