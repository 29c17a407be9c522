// A warning about a bundle, with the place in the person's own file. Pure.
import type { Message } from 'esbuild'

/** A place in a source. Line and column count from 1. */
export type Place = { file: string; line: number; column: number; source: string }

/** The place in a source that a message of esbuild is about. */
export type PlaceOf = (message: Pick<Message, 'location'>) => Place | undefined

export type BundleWarning = {
  text: string
  /** What to do about it. */
  hint?: string
  /** Its path is relative to the directory of the file that was bundled. */
  file?: string
  line?: number
  column?: number
  /** The text of that line. */
  source?: string
}

/** `app.ts:3:14`, or the file alone. */
export function placeText(place: { file: string; line?: number; column?: number }): string {
  return place.line === undefined ? place.file : `${place.file}:${place.line}:${place.column}`
}
