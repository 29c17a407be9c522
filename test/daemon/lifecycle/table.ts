// Reads the transition tables at the head of a lifecycle's file, and puts what its function does into the words of a cell.
import { readFileSync } from 'node:fs'

/** For each state its cells by event; a cell is the set of what may follow. */
export type Table = Map<string, Map<string, Set<string>>>

/**
 * The tables in the first comment of `file`, all as one: an empty first column makes a line the head of one. Columns stand
 * two blanks apart or more.
 */
export function readTable(file: URL): Table {
  const table: Table = new Map()
  let events: string[] = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.startsWith('//')) break
    const [first, ...cells] = line.slice(4).split(/ {2,}/)
    if (cells.length === 0) continue
    if (first === '') {
      events = cells
      continue
    }
    if (cells.length !== events.length) throw new Error(`A row has ${cells.length} cells: ${line}`)
    const row = table.get(first ?? '') ?? new Map<string, Set<string>>()
    table.set(first ?? '', row)
    for (const [at, cell] of cells.entries()) {
      const event = events[at] ?? ''
      if (row.has(event)) throw new Error(`${first} × ${event} stands there twice`)
      row.set(event, new Set(cell.split(' or ')))
    }
  }
  return table
}

/** What follows from an event, as a cell has it. `unsaid`: effects that the table leaves out. */
export function outcomeOf(
  before: { at: string },
  [next, effects]: readonly [next: { at: string }, effects: readonly { do: string }[]],
  unsaid: readonly string[],
): string {
  const acts = effects.map(effect => effect.do)
  if (acts.length === 0 && JSON.stringify(before) === JSON.stringify(next)) return '-'
  const said = acts.filter(act => !unsaid.includes(act))
  return said.length === 0 ? next.at : `${next.at}: ${said.join(', ')}`
}

/** Both as rows of text, sorted, so that what differs is seen. */
export function rowsOf(table: Table): string[] {
  return [...table]
    .flatMap(([state, row]) => [...row].map(([event, cell]) => `${state} × ${event}: ${[...cell].sort().join(' or ')}`))
    .sort()
}
