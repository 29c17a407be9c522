// The verbs of what is no process manager, and is measured in rows about something else alone.
import type { Manager } from './manager.ts'

const none = async (): Promise<never> => {
  throw new Error('It keeps no apps')
}

export const noApps: Omit<Manager, 'daemonPids' | 'down'> = {
  up: async () => {},
  add: none,
  start: none,
  startAll: none,
  stop: none,
  stopAll: none,
  list: none,
  running: none,
  recover: none,
  logFiles: () => [],
}
