// What the seam in a daemon can be told, and what it answers.

export type Order =
  /** All goes as ever. */
  | { do: 'off'; reads?: false }
  /** Points are counted from here on; with `reads`, calls that change nothing are too. */
  | { do: 'record'; reads: boolean }
  /** The daemon dies at the point `at`, counted from now: before the call, or when the system has done it. */
  | { do: 'die'; at: number; when: 'before' | 'after'; reads?: false }
  /** The call at the point `at` fails with `code`; `TORN`: it is done, and fails with EIO all the same. */
  | { do: 'fail'; at: number; code: string; reads: boolean }
  /** The disk is full: every write fails with ENOSPC, and what needs no room is done. */
  | { do: 'fill'; reads?: false }
  /** The wall clock that the daemon sees goes on or back; the machine's stays as it is. */
  | { do: 'clock'; byMs: number; reads?: false }
  /** Which points there were since the last order, and which of them was hit. */
  | { do: 'tell'; reads?: false }

/** `told`: the numbers of the points before which a word was told to anyone, since the point before. */
export type Answer = { points: string[]; hits: string[]; told: number[] }
