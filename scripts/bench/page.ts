// docs/PERFORMANCE.md: what stands between its markers is the last full table, and how each row is measured.

import type { Results } from './results.ts'
import { markdownTable } from './table.ts'

const begin = '<!-- The bench writes from here -->'
const end = '<!-- to here -->'

/** The page with these results in it. @throws {Error} where it has no markers */
export function pageWith(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no place for the table: ${begin} … ${end}`)
  return `${page.slice(0, from + begin.length)}\n${resultsText(results)}\n${page.slice(to)}`
}

/** Table, what it was measured on, and how, for a page or a terminal. */
export function resultsText(results: Results): string {
  const { machine, managers, failures, notInstalled } = results
  const versions = Object.values(managers).map(({ title, version }) => `${title} ${version}`)
  return `
${markdownTable(results)}

Measured ${results.startedAt.slice(0, 10)}${results.isQuick ? ' with --quick' : ''}, in ${Math.round(results.tookMs / 60_000)} minutes, on ${machine.cores} cores of ${machine.cpu},
${machine.memoryGB} GB, ${machine.system}, Linux ${machine.kernel}, Node ${machine.node.slice(1)}: ${versions.join(', ')}.
${notInstalled.length > 0 ? `Not installed, and so left out: ${notInstalled.join(', ')}.\n` : ''}${failures.map(failureLine).join('')}
${results.rows.map(row => `- \`${row.id}\`, ${row.title}: ${row.how}`).join('\n')}
`
}

function failureLine({ row, manager, message }: Results['failures'][number]): string {
  return `\nFailed: \`${row}\` with ${manager}: ${message.split('\n')[0]}\n`
}
