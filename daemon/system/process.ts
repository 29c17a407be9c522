// What the daemon needs of processes: who they are, and what can be done with them. It knows no system: that is in system-processes.ts.
import type { Limits } from '../../protocol/bounds.ts'
import type { Connected } from './accepted.ts'
import type { Mark } from './orphans.ts'
import type { Listed } from './process-list.ts'

/** Identifies a process: a pid means nothing without the time at which the kernel started the process. */
export type Identity = { pid: number; startTime: string }

/** A process that a run has begun, or what that has begun. `name`: what the kernel calls it; `group`: the leader of its group. */
export type Heir = Identity & { name: string; group: number }

/**
 * By what those that a run has begun are known: a pipe that they hold, and variables that they have. `since`: when the run began, as of
 * {@link Identity}: what is older may be of a run of the same name, whose pod was removed.
 */
export type Legacy = { since: string; lifeline?: string | undefined; mark?: Mark | undefined }

export type SpawnOptions = {
  /** Program and arguments. */
  command: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  /** Files that become fd 1 and 2. */
  stdout: string
  stderr: string
  /** Where a pipe is made that is its stdin and stays open; without it, stdin is empty. */
  stdin?: string
}

export type ExitOutcome = { code: number | null; signal: string | null }

/** `exited`: without an outcome where nobody could hear of it. */
export type Spawned = { identity: Identity; exited: Promise<ExitOutcome | undefined> }

/** What the supervisor needs of the operating system; tests have a fake. */
export type Processes = {
  /** Starts a process as the leader of its own session and group. Rejects if the system refuses. */
  spawn(options: SpawnOptions): Promise<Spawned>
  /** The identity of a live process, or undefined if there is none (a zombie does not count). */
  identify(pid: number): Promise<Identity | undefined>
  /**
   * Sends a signal to the whole group of `leader`, if it still is the same process. Returns whether a signal was sent.
   */
  signalGroup(leader: Identity, signal: NodeJS.Signals): Promise<boolean>
  /**
   * How a process that is just ending ends; undefined if it does not say. Asked in the turn in which its link closed, before the
   * system is done with it.
   */
  ending(pid: number): ExitOutcome | undefined
  /** Whether a process is stopped, as by SIGSTOP, and not ended. */
  isStopped(pid: number): boolean
  /** Kills what is left of the group of a leader that has ended. */
  sweepGroup(leader: Identity): Promise<void>
  /** Sends a signal to what is left of the group of a leader that has ended. Returns whether a signal was sent. */
  signalRest(leader: Identity, signal: NodeJS.Signals): Promise<boolean>
  /** Whether anything is left of that group. */
  hasRest(leader: Identity): Promise<boolean>
  /** What a live process has started outside of its group, but for what only empties its pipes. */
  offspring(leader: Identity): Promise<Identity[]>
  /** What the system calls the pipe that a live process holds as its lifeline; undefined where it holds none. */
  lifeline(one: Identity): Promise<string | undefined>
  /** All that hold a lifeline, and all that have a mark and lost the one that began them. */
  heirs(legacy: Legacy): Promise<Heir[]>
  /** Sends a signal to one process, if it still is the same. Returns whether a signal was sent. */
  signal(one: Identity, signal: NodeJS.Signals): Promise<boolean>
  /** Whether a process, or what it has started, listens to a TCP port: this one, or any. */
  listens(leader: Identity, port?: number): Promise<boolean>
  /**
   * Whether a process, or what it has started, has accepted a connection; undefined while nobody has, and where the system does not tell;
   * false also where it is not accepted before it has data.
   */
  hasAccepted(leader: Identity, connected: Connected): Promise<boolean | undefined>
  /** All processes of the machine. */
  list(): Promise<Listed[]>
  /** Gives a live process what the kernel keeps of its limits. @throws what the system says */
  limit(one: Identity, limits: Limits): Promise<void>
}
