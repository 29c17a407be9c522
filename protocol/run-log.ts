// The files of a run's output: its log, and what its fd 1 and 2 are, whose content moves into the log.
import type { StreamName } from './cri.ts'

/** Where a run's lines go, and when its file is rotated. */
export type LogAssignment = {
  file: string
  maxFileBytes: number
  /** All files of this run together; at a rotation the shim removes its oldest ones. */
  maxTotalBytes: number
  /** The files behind fd 1 and 2, whose content the shim moves into `file`. */
  raw: Record<StreamName, string>
}

/** The pipe that children of a run write to. It lies beside the raw file `raw`, into which the run empties it. */
export function childPipe(raw: string): string {
  return raw.replace(/raw$/, 'pipe')
}

/** The line of the log that stands for output that is not there, since it came faster than it could be kept. */
export function leftOut(bytes: number): string {
  return `p8a: left out here, since more came than the log may have: ${bytes} bytes\n`
}

/** By which a process that empties such a pipe is known: it has to outlive the run. */
export const drainName = 'p8a-drain'

/**
 * How much of a raw file has moved into the log. It is written before the move: bytes `from` to `to` are in the log if
 * the live log file is no longer `inode`, or is larger than `size`. So output is neither lost nor doubled if a move is
 * interrupted.
 */
export type RawPosition = { from: number; to: number; inode: number; size: number }
