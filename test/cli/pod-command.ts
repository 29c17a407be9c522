// Gives the built `pod` command, with its config and data in a directory of its own. Commands share a process, as in test/e2e: to start
// Node would take most of the time of each.
import { type Printed, podCommand } from '../e2e/pod-command.ts'

/** Runs `pod` with `args`; config and data are in `dir`. Resolves when it has ended. */
export async function pod(dir: string, ...args: string[]): Promise<Printed> {
  return await podCommand({ args, env: envIn(dir), cwd: dir })
}

/** The environment of such a command. */
export function envIn(dir: string): Record<string, string> {
  const { PATH = '', TMPDIR = dir, NODE_COMPILE_CACHE } = process.env
  const cache = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}
  return { PATH, TMPDIR, ...cache, HOME: dir, XDG_CONFIG_HOME: dir, P8A_DATA: dir, NO_COLOR: '1' }
}
