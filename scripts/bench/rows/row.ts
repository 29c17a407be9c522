// What a row of the table is.
import type { Among, Manager } from '../adapters/manager.ts'
import type { Figure } from '../results.ts'
import type { Session } from '../session.ts'

export type Row = {
  id: string
  title: string
  /** How it is measured, for the page. */
  how: string
  figures: readonly Figure[]
  /** Which kinds stand in it, p8a always. Default: process managers. */
  among?: Among
  /** Whether a manager has the verbs for it. Default: all have. */
  isFor?(manager: Manager): boolean
  /** Settings that p8a's host gets. */
  settings?: Record<string, unknown>
  /** Measures one manager, with bare Node in turn, and leaves the samples in the session. */
  measure(session: Session): Promise<void>
}
