// docs/PERFORMANCE.md: what stands between its markers is the last full table, and how each row is measured.

import { standsIn } from './measure.ts'
import type { Results } from './results.ts'
import { markdownTable } from './table.ts'

const begin = '<!-- The bench writes from here -->'
const end = '<!-- to here -->'

/** The page with these results in it. @throws {Error} where it has no markers */
export function pageWith(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no place for the table: ${begin} … ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${resultsText(results)}\n## How each row is measured\n\n${howText(results)}\n\n${page.slice(to)}`
}

/** The table, and what it was measured on, for a page or a terminal. */
export function resultsText(results: Results): string {
  const { machine, managers, failures, notInstalled } = results
  const versions = Object.values(managers).map(({ title, version }) => `${title} ${version}`)
  const how = results.isQuick ? ' with --quick' : ''
  const notes = [
    `Measured ${results.startedAt.slice(0, 10)}${how}, in ${Math.ceil(results.tookMs / 60_000)} minutes: ${versions.join(', ')}.`,
    `The machine: ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGB} GB, ${machine.system}, Linux ${machine.kernel}, Node ${machine.node.slice(1)}.`,
    ...(notInstalled.length > 0 ? [`Not installed, and so left out: ${notInstalled.join(', ')}.`] : []),
    ...failures.map(({ row, manager }) => `Failed, and so not there: \`${row}\` with ${manager}.`),
  ]
  return `${tablesOf(results).join('\n\n')}\n\n${notes.join('\n')}\n`
}

/** One about process managers, one about proxies, and one about queues, where there are such rows. */
function tablesOf({ rows, managers }: Results): string[] {
  return [undefined, 'proxies' as const, 'queues' as const].flatMap(among => {
    const own = rows.filter(row => row.among === among)
    const columns = Object.entries(managers).filter(([id, kind]) => standsIn({ id, ...kind }, { among }))
    return own.length === 0 ? [] : [markdownTable({ rows: own, managers: Object.fromEntries(columns) })]
  })
}

function howText({ rows }: Results): string {
  return rows.map(row => `- \`${row.id}\`, ${row.title}: ${row.how}`).join('\n')
}
