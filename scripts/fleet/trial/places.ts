// The network of a trial: what each host and engine may reach.

export type Network = AsyncDisposable & {
  kind: 'namespaces' | 'proxies'
  /** What stands before a command that is to run at a place. */
  at: (place: string) => readonly string[]
  /** Where an engine listens: `port` for clients, `route` for the other engines. */
  engine: (place: string) => Promise<Listening>
  /** Where a host reaches an engine. */
  urlOf: (host: string, engine: string) => string
  /** From now on nothing that `from` sends comes to `to`, without a word; the other way stays. */
  cut: (from: string, to: string) => Promise<void>
  /** All of a place, both ways: its cable is out. */
  unplug: (place: string) => Promise<void>
  /** How many bytes have come to a place by its cable, and gone; undefined where that is not counted. */
  carried: (place: string) => Promise<{ in: number; out: number } | undefined>
  /** Every place reaches every other one again. */
  heal: () => Promise<void>
}

export type Listening = { host: string; port: number; route: number }

/** What cannot be done on this machine: the case is left out, and says so. */
export class Impossible extends Error {}

/** Names of letters and digits. */
export type Places = { hosts: readonly string[]; engines: readonly string[] }
