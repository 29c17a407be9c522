// Processes that hold a run, or wait for one: spawning one, and the host's end of the link to it.
import { linkEnv, type ToHost, type ToShim } from '../../protocol/link.ts'
import type { Peer } from '../../protocol/peer.ts'
import type { Spawned } from './process.ts'
import { noInspector } from './programs.ts'
import type { Seams } from './seams.ts'

/** The host's end of a link. */
export type ShimPeer = Peer<ToShim, ToHost>

/** What the process of a shim gets. */
export type ShimProcess = {
  nodeFlags: string[]
  /** The Node that runs it; default: that of the host. */
  node?: string | undefined
  /** What stands before its command line: it begins in a sandbox, or as another user. */
  before?: readonly string[] | undefined
  /** Where it reaches the host; default: where all do that are not kept apart. */
  socket?: string | undefined
  /** Its whole environment, except the variables of the link. */
  env: Record<string, string>
  cwd: string
  /** Files that become its fd 1 and 2. */
  raw: { stdout: string; stderr: string }
  /** Where its stdin is made, a pipe that stays open; without it, stdin is empty. */
  stdin?: string
}

/** The command line and the environment of a shim. */
export function shimCommand(
  { shim, paths }: Pick<Seams, 'shim' | 'paths'>,
  {
    ticket,
    node = shim.node,
    nodeFlags,
    env,
    before = [],
    socket = paths.linkSocket,
  }: Pick<ShimProcess, 'node' | 'nodeFlags' | 'env' | 'before' | 'socket'> & { ticket: string },
): { command: [string, ...string[]]; env: Record<string, string> } {
  const own = [node, noInspector, ...nodeFlags, shim.file]
  const [program = shim.node, ...args] = [...before, ...own]
  return {
    command: [program, ...args],
    env: { ...env, [linkEnv.socket]: socket, [linkEnv.ticket]: ticket },
  }
}

/** Spawns a shim, which will say hello with `ticket` and be told what to become. */
export async function spawnShim(
  seams: Pick<Seams, 'processes' | 'shim' | 'paths'>,
  { cwd, raw, stdin, ...of }: ShimProcess & { ticket: string },
): Promise<Spawned> {
  return await seams.processes.spawn({
    ...shimCommand(seams, of),
    cwd,
    ...raw,
    ...(stdin !== undefined && { stdin }),
  })
}
