// What an event leads to while a run is on its way up. The rows of the table in `decide.ts` from spawning to starting.
import { settle, settleFailed } from './settle.ts'
import type { Decision, End, RunRef, SlotAt, SlotEvent, World } from './slot.ts'
import { hostAwayMs, isWanted, kill, killAgainMs, silence, stay, stop, stopEmpty, up } from './steps.ts'

export function onSpawning(slot: SlotAt<'spawning'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  switch (event.type) {
    case 'turn':
      if (isWanted(run, world)) return [slot, [{ do: 'boot', run }]]
      return settle(run, { end: { code: null, signal: null, reason: 'stopped' }, upMs: 0 }, world)
    case 'spawned':
      return spawned(run, world)
    case 'spawn-failed':
    case 'save-failed':
      return settleFailed(run, event, world)
    case 'exited':
      return settle(run, { end: event.end, upMs: 0 }, world)
    default:
      return stay(slot)
  }
}

export function onAwaited(slot: SlotAt<'awaited'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  switch (event.type) {
    case 'spawned':
      return spawned(run, world)
    case 'timer':
      // The process may exist, and its hello may be unread.
      if (event.lateMs > hostAwayMs) return stay({ ...slot, dueMs: world.nowMs + world.adoptMs })
      return settle(run, { end: { code: null, signal: null, reason: 'lost' }, upMs: 0 }, world)
    default:
      return stay(slot)
  }
}

export function onBooting(slot: SlotAt<'booting'>, event: SlotEvent, world: World): Decision {
  const { run, sinceMs } = slot
  switch (event.type) {
    case 'desired':
      return isWanted(run, world) ? stay(slot) : stopEmpty(run, world)
    case 'save-failed':
      // If the host died now, and the process after it, nobody could tell whose the children of the process are.
      return refuse(slot, event, world)
    case 'hello': {
      const starting: SlotAt<'starting'> = { at: 'starting', run, sinceMs, askMs: sinceMs + world.policy.readyAfterMs }
      // While its code is not known, it waits.
      if (event.state === 'empty' && !world.hasCode) return [slot, [{ do: 'greet', run }]]
      return onHello(starting, event, world)
    }
    case 'exited':
      return settle(run, { end: endAtBoot(event.end), upMs: 0 }, world)
    case 'timer':
      if (event.lateMs > hostAwayMs) return stay({ ...slot, sinceMs: world.nowMs })
      return kill(run, { why: 'start_timeout', upMs: 0 }, world)
    default:
      return stay(slot)
  }
}

export function onStarting(slot: SlotAt<'starting'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  switch (event.type) {
    case 'desired':
      return isWanted(run, world) ? stay(slot) : stop(run, { why: 'stopped', upMs: 0 }, world)
    case 'hello':
      return onHello(slot, event, world)
    case 'ready':
      return ready(slot, world)
    case 'check-passed':
      return up(run, world)
    case 'check-failed': {
      const { silentSinceMs: _, ...answered } = slot
      const askMs = world.nowMs + world.policy.readyAfterMs
      return stay({ ...answered, askMs, ...(event.said !== undefined && { said: event.said }) })
    }
    case 'exited':
      return settle(run, { end: event.end, upMs: 0 }, world)
    case 'timer':
      return onStartingDue(slot, event.lateMs > hostAwayMs, world)
    default:
      return stay(slot)
  }
}

/** Node exits with this code if it does not know one of its flags; no code of the pod has run so far. */
const badFlag = 9

function endAtBoot(end: End): End {
  return end.reason === 'exited' && end.code === badFlag ? { ...end, outlook: 'none' } : end
}

/** The time in which the host was away does not count: messages of the process may be unread. */
function onStartingDue(slot: SlotAt<'starting'>, wasAway: boolean, world: World): Decision {
  const { run } = slot
  const { policy, nowMs } = world
  if (!wasAway && nowMs >= slot.sinceMs + policy.startTimeoutMs) {
    const found = silence(slot.silentSinceMs, world)
    // One that is just being asked is not silent.
    const isSilent = found !== undefined && found.silentMs >= policy.check.timeoutMs
    const said = slot.said === undefined ? undefined : { said: slot.said }
    return kill(run, { why: 'start_timeout', upMs: 0, found: isSilent ? found : said }, world)
  }
  const silentSinceMs = wasAway ? nowMs : (slot.silentSinceMs ?? nowMs)
  return ask({ ...slot, sinceMs: wasAway ? nowMs : slot.sinceMs, silentSinceMs }, world)
}

/** It is up, unless its host has a check to make of it. */
function ready(slot: SlotAt<'starting'>, world: World): Decision {
  if (!world.policy.check.isOutside) return up(slot.run, world)
  return slot.isReady ? stay(slot) : ask({ ...slot, isReady: true }, world)
}

function ask(slot: SlotAt<'starting'>, { nowMs, policy }: World): Decision {
  const { timeoutMs } = policy.check
  return [
    { ...slot, askMs: nowMs + timeoutMs + policy.readyAfterMs, silentSinceMs: slot.silentSinceMs ?? nowMs },
    [{ do: 'check', run: slot.run, timeoutMs }],
  ]
}

function spawned(run: RunRef, world: World): Decision {
  if (!isWanted(run, world)) return stopEmpty(run, world)
  return [{ at: 'booting', run, sinceMs: world.nowMs }, [{ do: 'save', run }]]
}

function refuse({ run }: SlotAt<'booting'>, event: SlotEvent & { type: 'save-failed' }, world: World): Decision {
  const { type: _, ...failure } = event
  return [{ at: 'refused', run, failure, dueMs: world.nowMs + killAgainMs }, [{ do: 'kill', run }]]
}

function onHello(slot: SlotAt<'starting'>, { state }: SlotEvent & { type: 'hello' }, world: World): Decision {
  const { run } = slot
  switch (state) {
    case 'empty':
      return [slot, [world.hasCode ? { do: 'assign', run } : { do: 'greet', run }]]
    case 'starting':
      return [slot, [{ do: 'greet', run }]]
    case 'up': {
      const [next, effects] = ready(slot, world)
      return [next, [{ do: 'greet', run }, ...effects]]
    }
    case 'cleaned': {
      // A host called its cleanup and died after that: the run no longer serves.
      const [next, effects] = stop(run, { why: 'stopped', upMs: 0 }, world)
      return [next, [{ do: 'greet', run }, ...effects]]
    }
  }
}
