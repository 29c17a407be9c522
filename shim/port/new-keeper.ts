// When whoever held the sockets of a pod is killed, its run still has them: it begins another holder, which inherits them. Node
// gives sockets to children alone.
import type { KeeperProcess } from '../../protocol/keeper.ts'
import { linkEnv } from '../../protocol/link.ts'

/** It is begun by a shell that ends at once, so that it is no child of the run, and does not end with it. */
const beginAndLeave = '"$0" "$@" &'

/**
 * @param fds the sockets, in the order of the ports that are told
 * @returns whether it could be begun
 */
export function beginKeeper({ command, env, cwd, order }: KeeperProcess, fds: readonly number[]): boolean {
  // Loaded here, since it takes 2 MB.
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn('/bin/sh', ['-c', beginAndLeave, ...command], {
    cwd,
    env: { ...env, [linkEnv.ports]: JSON.stringify(order) },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', ...fds],
  })
  // Its host waits for it to dial, and makes another one if it does not.
  child.on('error', () => {})
  child.unref()
  return child.pid !== undefined
}
