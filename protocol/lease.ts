// A lease that the runs of a pod live by, as the processes that look at it are told.

/**
 * `file`: says when it was renewed last, in milliseconds since the boot of the machine; `forMs`: how long a run may live after that.
 * `end`: what ends all that is in its container, which lives on without the process of the run; `env` is all that it gets.
 */
export type Lease = {
  file: string
  forMs: number
  end?: { command: readonly [string, ...string[]]; env: Record<string, string> }
}
