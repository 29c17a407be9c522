// What was measured, as it is written to the JSON file: samples by row, figure and column, and what they come to.
import type { Among } from './adapters/manager.ts'
import type { Machine } from './machine.ts'
import { median, p95 } from './statistics.ts'

export type Unit =
  | 'ms'
  | 'µs'
  | 'MB'
  | 'KB'
  | 'calls'
  | 'events'
  | 'lines'
  | 'apps'
  | 'starts'
  | 'requests'
  | 'items'
  | '%'
  | 'ratio'

/** One line of the table. */
export type Figure = {
  id: string
  title: string
  unit: Unit
  /** What p8a shall reach. */
  aim: string
  /** Its samples are what a manager takes above bare Node, so they have no ratio to it. */
  isAboveBare?: true
}

/** What one manager came to in one figure. `ratio` is to bare Node, measured in turn with it. */
export type Cell = { samples: number[]; median: number; p95: number; bare?: number[]; ratio?: number }

export type RowResult = {
  id: string
  title: string
  how: string
  among?: Among
  figures: (Figure & { bare?: Cell; cells: Record<string, Cell> })[]
}

export type Failure = { row: string; manager: string; message: string }

/** A failure as it is reported, whatever was thrown. */
export function failureOf(row: string, manager: string, error: unknown): Failure {
  return { row, manager, message: error instanceof Error ? error.message : String(error) }
}

export type Results = {
  machine: Machine
  startedAt: string
  tookMs: number
  isQuick: boolean
  /** Title and version of each that was measured, by id. */
  managers: Record<string, { title: string; version: string; among?: Among }>
  notInstalled: string[]
  rows: RowResult[]
  failures: Failure[]
}

/** Samples of one manager and of the bare Node beside it, by figure. */
export class Samples {
  readonly own = new Map<string, number[]>()
  readonly bare = new Map<string, number[]>()

  add(figure: string, value: number): void {
    this.own.set(figure, [...(this.own.get(figure) ?? []), value])
  }

  addBare(figure: string, value: number): void {
    this.bare.set(figure, [...(this.bare.get(figure) ?? []), value])
  }

  bareMedian(figure: string): number {
    return median(this.bare.get(figure) ?? [])
  }
}

/** A row's result from the samples of each manager. */
export function rowResult(
  row: Pick<RowResult, 'id' | 'title' | 'how' | 'among'> & { figures: readonly Figure[] },
  samples: ReadonlyMap<string, Samples>,
): RowResult {
  const figures = row.figures.map(figure => {
    const cells = [...samples].flatMap(([manager, { own, bare }]) => {
      const values = own.get(figure.id)
      return values === undefined
        ? []
        : [[manager, cellOf(values, figure.isAboveBare ? undefined : bare.get(figure.id))] as const]
    })
    const bare = [...samples.values()].flatMap(each => each.bare.get(figure.id) ?? [])
    return { ...figure, ...(bare.length > 0 ? { bare: cellOf(bare) } : {}), cells: Object.fromEntries(cells) }
  })
  const { id, title, how, among } = row
  return { id, title, how, ...(among && { among }), figures }
}

function cellOf(samples: number[], bare?: number[]): Cell {
  const cell: Cell = { samples, median: median(samples), p95: p95(samples) }
  return bare === undefined ? cell : { ...cell, bare, ratio: cell.median / median(bare) }
}
