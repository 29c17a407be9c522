// What a host and the one that takes its place say to each other, over the channel between a process and its child. Both
// may be of another version: words are added here, and none is changed.

/** A variable with {@link Doors} as JSON. */
export const doorsEnv = 'P8A_DOORS'

/** What a host was given: the process it is to take the place of, and the sockets of that, in the order of its descriptors. */
export type Doors = { from: number; names: string[] }

/** The first descriptor of those sockets. */
export const firstDoor = 3

/** The pods of a host and the processes that it knows of, by path and name. `linked`: how many of those it is connected to. */
export type Roll = { pods: string[]; runs: string[]; linked: number }

/** What became of an upgrade that the host before could not bring to its end. */
export type Failure = { why: string }

/**
 * `ready`: it has booted, and has touched nothing. `beat`: it is alive. `proved`: it is the host, with all that is told.
 * `failed`: why it ends.
 */
export type FromHeir =
  | { say: 'ready'; version: string }
  | { say: 'beat' }
  | { say: 'proved'; roll: Roll }
  | { say: 'failed'; why: string }

/**
 * `go`: the host before holds nothing any more. `over`: it leaves. `failure`: another one was tried first, which did not
 * prove itself.
 */
export type ToHeir = { say: 'go'; linked: number; failure?: Failure } | { say: 'over' }
