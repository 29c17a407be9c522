// Which rows of a long list are on the screen. Pure.

export type Rows = { first: number; last: number; above: number; below: number }

/** How many rows beyond the edges are there, so that a quick scroll shows no gap. */
const beyond = 8

/** @param view all in pixels @returns the rows from `first` to before `last`, and the room that stands for the others */
export function rowsIn(count: number, view: { top: number; height: number; row: number }): Rows {
  const first = Math.max(0, Math.min(count, Math.floor(view.top / view.row) - beyond))
  const last = Math.max(first, Math.min(count, Math.ceil((view.top + view.height) / view.row) + beyond))
  return { first, last, above: first * view.row, below: (count - last) * view.row }
}
