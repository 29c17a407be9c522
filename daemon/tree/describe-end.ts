// The end of a run in words.
import type { End } from '../lifecycle/slot.ts'

/** Such as "exited with code 1", "Error: no database", "killed by SIGKILL". */
export function describeEnd(end: End): string {
  switch (end.reason) {
    case 'fault':
      return end.message ?? 'an uncaught error'
    case 'exited':
      return end.message === undefined ? `exited with code ${end.code}` : `exited with code ${end.code}: ${end.message}`
    case 'killed':
      return end.signal === null ? 'was killed' : `killed by ${end.signal}`
    case 'unhealthy':
      return end.message === undefined ? 'failed its health checks' : `failed its health checks: ${end.message}`
    case 'start_timeout':
      return end.message === undefined ? 'was not up in time' : `was not up in time: ${end.message}`
    case 'limit':
      return end.message ?? 'went beyond a limit'
    case 'spawn_failed':
      return `could not be spawned: ${end.message ?? 'no reason was given'}`
    case 'no_room':
      return `the machine has no room for it: ${end.message ?? 'no reason was given'}`
    case 'lost':
      return end.message ?? 'was lost'
    case 'timeout':
      return 'took longer than its timeout'
    case 'stopped':
      return 'was stopped'
  }
}
