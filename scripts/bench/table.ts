// The results as a Markdown table. Pure.
import type { Cell, Results, Unit } from './results.ts'

/** A line for each figure, a column for each manager; – where there is no figure. */
export function markdownTable({ rows, managers }: Pick<Results, 'rows' | 'managers'>): string {
  const ids = Object.keys(managers)
  const head = ['row', 'bare Node', ...ids.map(id => managers[id]?.title ?? id), 'aim']
  const lines = rows.flatMap(row =>
    row.figures.map(({ title, unit, aim, isAboveBare, bare, cells }) => [
      `\`${row.id}\` ${title}`,
      cellText(bare, unit),
      ...ids.map(id => cellText(cells[id], unit, isAboveBare ? '+' : '')),
      aim,
    ]),
  )
  return [head, head.map(() => '---'), ...lines].map(line => `| ${line.join(' | ')} |`).join('\n')
}

/** The median, the 95th percentile where it says more, the ratio to bare Node where there is one. */
function cellText(cell: Cell | undefined, unit: Unit, sign = ''): string {
  if (cell === undefined) return '–'
  const middle = amount(cell.median, unit)
  const high = cell.samples.length > 2 ? ` (${amount(cell.p95, unit)})` : ''
  const ratio = cell.ratio === undefined ? '' : ` **${cell.ratio.toFixed(2)}×**`
  return `${cell.median < 0 ? '' : sign}${middle}${high}${ratio}`
}

/** A value with its unit, with as many digits as it deserves. */
export function amount(value: number, unit: Unit): string {
  if (unit === 'ms' && value >= 10_000) return `${(value / 1000).toFixed(1)} s`
  if (unit === 'ratio') return value.toFixed(2)
  const digits = unit === 'MB' || unit === 'KB' || unit === 'µs' || (unit === 'ms' && Math.abs(value) < 10) ? 1 : 0
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === 'ms' || unit === 'µs' || unit === 'MB' || unit === 'KB' || unit === '%' ? `${text} ${unit}` : text
}
