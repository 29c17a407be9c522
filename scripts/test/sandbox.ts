// Where a test file runs: a home and a temporary directory of its own, so that it is seen what it leaves behind.
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { processesLeft, processesOf } from '../../test/processes.ts'

/** How long a process may take to be gone after the test file that ended it: long, since a machine may have much else to do. */
const patientMs = 20_000
/** The name that Node gives it. */
const compileCache = 'node-compile-cache'

export type Sandbox = {
  env: Record<string, string>
  /** Says what processes and files are left, and removes them. @param goneMs how long processes may take to be gone */
  close: (goneMs?: number) => Promise<string[]>
}

/**
 * @param dir the directory, which is made
 * @param options `compiled`: where Node keeps the compiled code of programs that ask for it in the temporary directory,
 *   which is the same for all, as it is outside of tests
 */
export function openSandbox(dir: string, { compiled }: { compiled: string }): Sandbox {
  const [home, temp] = [join(dir, 'home'), join(dir, 'tmp')]
  for (const folder of [home, temp, compiled]) mkdirSync(folder, { recursive: true })
  symlinkSync(compiled, join(temp, compileCache))
  return {
    env: { HOME: home, TMPDIR: temp, XDG_CONFIG_HOME: '', XDG_CACHE_HOME: '' },
    close: async (goneMs = patientMs) => {
      const processes = await processesLeft(dir, { forMs: goneMs })
      if (processes.length > 0) endAllOf(dir)
      rmSync(join(temp, compileCache))
      const files = [home, temp].flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
      removeAll(dir)
      return [...processes.map(({ pid, command }) => `process ${pid}: ${command}`), ...files]
    },
  }
}

/** Also folders that their owner may not enter, which a test has left: root removes these at once, and others do not. */
function removeAll(dir: string): void {
  const options = { recursive: true, force: true, maxRetries: 5 }
  try {
    rmSync(dir, options)
  } catch {
    execaSync('chmod', ['-R', 'u+rwx', dir])
    rmSync(dir, options)
  }
}

/** Kills all processes that were started in a sandbox below `dir`. */
export function endAllOf(dir: string): void {
  for (const { pid } of processesOf(dir)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}
