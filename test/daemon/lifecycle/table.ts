// Reads the transition tables at the head of a lifecycle's file, and puts what its function does into the words of a cell.
import { readFileSync } from 'node:fs'

/** For each state its cells by event; a cell is the set of what may follow. */
export type Table = Map<string, Map<string, Set<string>>>

/**
 * The tables in the first comment of `file`, all as one: an empty first column makes a line the head of one. Columns stand
 * two blanks apart or more. A line `name = …` says what a name stands for in a cell.
 */
export function readTable(file: URL): Table {
  const lines = readFileSync(file, 'utf8').split('\n')
  const head = lines
    .slice(
      0,
      lines.findIndex(line => !line.startsWith('//')),
    )
    .map(line => line.slice(4))
  const names = new Map(
    head.flatMap(line => [/^(\S+) = (.+)$/.exec(line)].flatMap(match => (match ? [[match[1], match[2]]] : []))),
  )
  const table: Table = new Map()
  let events: string[] = []
  for (const [state = '', ...cells] of head.map(line => line.split(/ {2,}/))) {
    if (cells.length === 0) continue
    if (state === '') events = cells
    else if (cells.length === events.length) fill(rowOf(table, state), { events, cells, names })
    else throw new Error(`The row of ${state} has ${cells.length} cells`)
  }
  return table
}

function rowOf(table: Table, state: string): Map<string, Set<string>> {
  const row = table.get(state) ?? new Map<string, Set<string>>()
  table.set(state, row)
  return row
}

type Cells = { events: string[]; cells: string[]; names: ReadonlyMap<string | undefined, string | undefined> }

function fill(row: Map<string, Set<string>>, { events, cells, names }: Cells): void {
  for (const [at, cell] of cells.entries()) {
    const event = events[at] ?? ''
    if (row.has(event)) throw new Error(`${event} stands there twice`)
    row.set(event, new Set(cell.split(' or ').flatMap(each => (names.get(each) ?? each).split(' or '))))
  }
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

/** A table as rows of text, sorted, so that what differs is seen. */
export function rowsOf(table: Table): string[] {
  return [...table]
    .flatMap(([state, row]) => [...row].map(([event, cell]) => `${state} × ${event}: ${[...cell].sort().join(' or ')}`))
    .sort()
}
