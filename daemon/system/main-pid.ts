// Tells systemd which process is the main one of its service, when that is another one from now on.

/**
 * Turns this process into the program that tells it: systemd believes the main process alone. Returns only where there is no such
 * program, or Node cannot do it.
 */
export function nameMainProcess(pid: number, environment: NodeJS.ProcessEnv): void {
  process.removeAllListeners('warning')
  for (const program of ['/usr/bin/systemd-notify', '/bin/systemd-notify']) {
    try {
      process.execve?.(program, [program, `MAINPID=${pid}`], environment)
    } catch {
      // It is not there.
    }
  }
}
