// What the bench asks of a process manager: the same verbs of each. No adapter knows a row, and no row knows an adapter.
import type { PodConfigInput } from '../../../protocol/config.ts'

/** A program to be kept up. */
export type App = {
  name: string
  /** Its path; one of `scripts/bench/apps`. */
  file: string
  /** Texts by name: params to a pod, environment to any other program. */
  settings: Record<string, string>
  /** What runs the file. Default: Node. */
  program?: string
  /** Whether it is started again when it ends. Default `always`. */
  restart?: 'always' | 'never'
  /** How long it must have been up for its end not to count as one more failure, where a manager has such a thing. */
  minUptimeMs?: number
}

/** Where a manager lives while it is measured. */
export type Place = {
  /** All it writes is in here, and the path is in the environment of all it starts. */
  dir: string
  /** What every command gets. */
  env: Record<string, string>
  /** For p8a: settings of the host, where it has them. */
  settings: Record<string, unknown>
}

/** The rows that are not about process managers, by what stands in them. */
export type Among = 'proxies' | 'queues'

/** A program that can be measured, if it is installed. */
export type Kind = {
  /** What `--peers` calls it, and what stands at the head of its column. */
  id: string
  title: string
  /** Which version is installed here; undefined where none is. */
  version(): string | undefined
  /** Which rows it stands in. Default: those about process managers. */
  among?: Among
  make(place: Place): Manager
}

/** An app behind a proxy: where the app listens, where clients come in, and where they do with TLS. */
export type Fronting = {
  app: App
  upstream: number
  port: number
  tls: { port: number; certificate: string; key: string }
}

/** A proxy that is up. `pid`: that of its first process, whose children are its own, too. */
export type Front = { pid: number; takesUpgrades: boolean; takesTls: boolean }

export type Manager = {
  /** Has it run, and know these apps, none of which it starts. */
  up(apps: App[]): Promise<void>
  /** Has it know more of them. */
  add(apps: App[]): Promise<void>
  /** The verb that a person types to start one app. Ends when the command ends. */
  start(app: App): Promise<void>
  /** Starts many in the quickest way it has. */
  startAll(apps: App[]): Promise<void>
  stop(app: App): Promise<void>
  stopAll(apps: App[]): Promise<void>
  /** What a person types to see all apps. @returns how long that took, in milliseconds */
  list(): Promise<number>
  /** The processes of the apps that it calls up, by name. */
  running(): Promise<Map<string, number>>
  /** All its own processes: daemons, supervisors, loggers. */
  daemonPids(): number[]
  /** The files of an app's log that are there now. */
  logFiles(app: App): string[]
  /** What has to be typed beforehand for apps to come back after its death; nothing for most. */
  save?(): Promise<void>
  /** What a person types, or the system does, once it was killed. */
  recover(): Promise<void>
  /** Ends it with all its apps. */
  down(): Promise<void>
  /** A connection that stays open, where it has such a thing. */
  connect?(): Promise<Connection>
  /** Its scripts over HTTP, where it has such a thing. */
  view?(): View
  /** Stores a file as the newest version of an app, typed in a shell. @returns how long that took, in milliseconds */
  push?(name: string, file: string): Promise<number>
  /** Starts an app in so many runs, which share a port. */
  serve?: ((app: App, options: { port: number; scale: number }) => Promise<void>) | undefined
  /** Starts an app, and a proxy before it, where it has such a thing. */
  front?(fronting: Fronting): Promise<Front>
  /** The verb that puts other runs in the place of those that are up. */
  reload?: ((app: App) => Promise<void>) | undefined
  /** Keeps items of work, where it has such a thing; `settings` are for those that do them. */
  work?(settings: Record<string, string>): Promise<Work>
  /** Whether an app may export `fetch` in the place of a server. */
  servesFetch?: boolean
  /** Whether it keeps any program up, as this bench sets it up. */
  keepsPrograms?: boolean
  /** Where it keeps what was pushed, where it keeps it. */
  imageFolders?(): string[]
  /** Processes it has made, apps and those it keeps in reserve, where it keeps any. */
  children?(): number[]
}

/** Items of work, and processes that do nothing with them, 16 at a time each. */
export type Work = {
  /** Lets there be so many such processes. */
  workers(count: number): Promise<void>
  /** Enqueues so many, by so many producers, each of which waits until its item is stored. @returns how long that took, in milliseconds */
  make(count: number, producers: number): Promise<number>
  /** How many are done by now. */
  done(): Promise<number>
  /** Enqueues one. @returns how much later it begins, in milliseconds */
  late(): Promise<number>
  /** Enqueues one that says that it has begun, and takes its time. */
  hold?(id: string): Promise<void>
  /** Enqueues many thousands, as fast as can be. */
  fill?(thousands: number): Promise<void>
  end(): Promise<void>
}

/** Where scripts are resources over HTTP. */
export type View = { port: number; token: string }

/** The verbs over an open connection; all of this is p8a's alone. A name may have the path of a host before it. */
export type Connection = {
  start(app: App): Promise<void>
  stop(app: App): Promise<void>
  /** Has it sleep, with a port of its own, until somebody connects. */
  startAsleep(app: App, listen: string): Promise<void>
  sleep(name: string): Promise<void>
  /** Starts it with a policy, and ends once it is up. @throws where the manager, or this machine, cannot hold it */
  startWith(app: App, config: PodConfigInput): Promise<void>
  list(): Promise<unknown>
  status(name: string): Promise<unknown>
  push(name: string, code: string): Promise<void>
  scale(name: string, runs: number): Promise<void>
  /** Calls a function of a pod. */
  call(name: string, fn: string, options: { args: unknown[]; timeoutMs: number }): Promise<unknown>
  close(): void
}
