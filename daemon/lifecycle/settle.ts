// What the end of a run leads to. The policy of its pod decides: try again, at once or later, or done, or failed.
import { retryDelayMs, roomDelayMs, slowDelayMs } from './backoff.ts'
import type { Decision, End, Failure, RunRef, Slot, World } from './slot.ts'
import { isWanted, restart, stay, vacate } from './steps.ts'

/** `askedMs`: when it was asked to end, if it was. */
type Ended = { end: End; upMs: number; askedMs?: number }

/** The end of a run is recorded, and what comes next begins. */
export function settle(run: RunRef, ended: Ended, world: World): Decision {
  const [next, effects] = afterEnd(run, ended, world)
  const { end, askedMs } = ended
  const facts = { ...(askedMs !== undefined && { askedMs }), ...retryOf(next) }
  return [next, [{ do: 'end', run, end, ...facts }, ...effects]]
}

/** The end of a run that never had any code. */
export function settleFailed(run: RunRef, { message, isForRoom, outlook }: Failure, world: World): Decision {
  const reason = isForRoom ? 'no_room' : 'spawn_failed'
  const end: End = { code: null, signal: null, reason, message, ...(outlook && { outlook }) }
  return settle(run, { end, upMs: 0 }, world)
}

/**
 * What follows a run with such an end, after its record is saved. Used when it happens, and by the next host that reads
 * the record.
 */
export function afterEnd(run: RunRef, { end, upMs }: Ended, world: World): Decision {
  if (end.reason === 'stopped' || !isWanted(run, world)) return vacate(world)
  // The run is gone through no fault of its own: that counts as a restart, so that the count never falls, and not as a
  // failure.
  if (end.reason === 'lost' && !end.isUnseen) {
    const { failures, restarts, after } = run
    return restart({ failures, restarts: restarts + 1, ...(after && { after }) }, world)
  }
  const { policy } = world
  if (end.reason === 'no_room' && policy.restart !== 'never') return waitForRoom(run, end, world)
  const endedWell = end.reason === 'exited' && end.code === 0
  const failures = (upMs >= policy.minUptimeMs ? 0 : run.failures) + 1
  if (endedWell && policy.restart !== 'always') return stay({ at: 'done', last: run, end })
  const isHopeless = policy.restart === 'never' || end.outlook === 'none' || failures >= policy.giveUpAfter
  if (isHopeless) return stay({ at: 'failed', last: run, failures, end })
  return tryAgain(run, { end, failures, delayMs: delayAfter(end, failures, world) }, world)
}

function delayAfter({ outlook }: End, failures: number, { jitter }: World): number {
  return outlook === 'slow' ? slowDelayMs(failures, jitter) : retryDelayMs(failures, jitter)
}

/** Its count of failures stays: once there is room, it still has all its attempts. */
function waitForRoom(run: RunRef, end: End, world: World): Decision {
  const waits = (run.waits ?? 0) + 1
  return tryAgain(run, { end, failures: run.failures, waits, delayMs: roomDelayMs(waits, world.jitter) }, world)
}

type Retry = { end: End; failures: number; waits?: number; delayMs: number }

function tryAgain(run: RunRef, { delayMs, end, ...counts }: Retry, world: World): Decision {
  if (delayMs > 0) return stay({ at: 'backoff', last: run, ...counts, retryAtMs: world.nowMs + delayMs, end })
  return restart({ ...counts, restarts: run.restarts + 1, after: { number: run.number, end } }, world)
}

function retryOf(slot: Slot): { retryAtMs?: number } {
  return slot.at === 'backoff' ? { retryAtMs: slot.retryAtMs } : {}
}
