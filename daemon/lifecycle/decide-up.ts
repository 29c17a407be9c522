// What an event leads to while a run is up, while it finishes what it has, and while it is being ended. The rows of the table in
// `decide.ts` from up to refused.
import { settle, settleFailed } from './settle.ts'
import type { Decision, End, SlotAt, SlotEvent, World } from './slot.ts'
import { drain, hostAwayMs, isWanted, kill, killAgainMs, rest, silence, stay, stop } from './steps.ts'

export function onUp(slot: SlotAt<'up'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  const upMs = world.nowMs - slot.sinceMs
  switch (event.type) {
    case 'desired':
      if (isWanted(run, world)) return stay(slot)
      if (world.rests) return [slot, [{ do: 'rest', run, ...world.rests }]]
      return world.drains ? drain(slot, world) : stop(run, { why: 'stopped', upMs }, world)
    case 'hello':
      return onHello(slot, event, world)
    case 'check-passed':
      return stay({ ...slot, check: rest(world) })
    case 'check-failed':
      return slot.check.at === 'asked' ? miss(slot, { said: event.said ?? '' }, world) : stay(slot)
    case 'exited':
      return settle(run, { end: event.end, upMs }, world)
    case 'timer':
      return onCheckDue(slot, event, world)
    default:
      return stay(slot)
  }
}

export function onDraining(slot: SlotAt<'draining'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  const upMs = world.nowMs - slot.sinceMs
  const why =
    slot.over === undefined ? { why: 'stopped' as const } : { why: 'limit' as const, found: { said: slot.over } }
  const ended = () => stop(run, { ...why, upMs }, world)
  switch (event.type) {
    case 'desired':
      // What is to be down is not drained any more.
      return isWanted(run, world) || world.rests || world.drains ? stay(slot) : ended()
    case 'hello': {
      if (event.state !== 'cleaned') {
        const greeted = { ...within(slot, world.policy.drainTimeoutMs, world), check: rest(world) }
        return [greeted, [greet(slot), drainOn(greeted, world)]]
      }
      const [next, effects] = ended()
      return [next, [greet(slot), ...effects]]
    }
    case 'save-failed':
      return [slot, [drainOn(slot, world)]]
    case 'exited':
      return settle(run, { end: event.end, upMs }, world)
    // One that says that it is not well finishes what it has as any other.
    case 'check-passed':
    case 'check-failed':
      return stay({ ...slot, check: rest(world) })
    case 'timer':
      return world.nowMs >= slot.dueMs ? ended() : onCheckDue(slot, event, world)
    case 'drained':
      return ended()
    default:
      return stay(slot)
  }
}

export function onStopping(slot: SlotAt<'stopping'>, event: SlotEvent, world: World): Decision {
  const { run, phase, askedMs } = slot
  switch (event.type) {
    case 'hello':
      if (phase !== 'cleanup') return [slot, [greet(slot)]]
      return [within(slot, world.policy.stopTimeoutMs, world), [greet(slot), { do: 'cleanup', run }]]
    case 'save-failed':
      // It is ended all the same; the next host would end it for another reason.
      return [slot, [{ do: phase, run }]]
    case 'cleaned':
      return phase === 'cleanup' ? term(slot, world) : stay(slot)
    case 'timer':
      if (phase === 'cleanup') return term(slot, world)
      return [{ ...slot, phase: 'kill', dueMs: world.nowMs + killAgainMs }, [{ do: 'kill', run }]]
    case 'exited': {
      const end = { ...event.end, reason: slot.why, ...foundIn(slot, event.end) }
      return settle(run, { end, upMs: slot.upMs, askedMs }, world)
    }
    default:
      return stay(slot)
  }
}

export function onRefused(slot: SlotAt<'refused'>, event: SlotEvent, world: World): Decision {
  switch (event.type) {
    case 'hello':
      return [slot, [greet(slot)]]
    case 'timer':
      return [{ ...slot, dueMs: world.nowMs + killAgainMs }, [{ do: 'kill', run: slot.run }]]
    case 'exited':
      return settleFailed(slot.run, slot.failure, world)
    default:
      return stay(slot)
  }
}

function onHello(slot: SlotAt<'up'>, { state }: SlotEvent & { type: 'hello' }, world: World): Decision {
  const { run } = slot
  // A host called its cleanup and died after that: the run no longer serves.
  if (state === 'cleaned') {
    const [next, effects] = stop(run, { why: 'stopped', upMs: world.nowMs - slot.sinceMs }, world)
    return [next, [greet(slot), ...effects]]
  }
  const answer = state === 'empty' && world.hasCode ? { do: 'assign' as const, run } : greet(slot)
  // An earlier host may have asked it.
  const again = world.rests ? [{ do: 'rest' as const, run, ...world.rests }] : []
  return [{ ...slot, check: rest(world) }, [answer, ...again]]
}

/** It is asked, or has not answered in time. */
function onCheckDue(slot: Checked, { lateMs }: SlotEvent & { type: 'timer' }, world: World): Decision {
  const { run, check } = slot
  if (check.at === 'asked' && lateMs <= hostAwayMs) return miss(slot, 'silent', world)
  const { timeoutMs } = world.policy.check
  // Only what it does not answer from now on counts, if the host itself was away.
  const since = check.at === 'asked' ? world.nowMs : (check.silentSinceMs ?? world.nowMs)
  return [
    { ...slot, check: { ...check, at: 'asked', dueMs: world.nowMs + timeoutMs, silentSinceMs: since } },
    [{ do: 'check', run, timeoutMs }],
  ]
}

/** @param how it said that it is not well, or nothing */
function miss(slot: Checked, how: { said: string } | 'silent', world: World): Decision {
  const missed = slot.check.missed + 1
  const since = how === 'silent' ? slot.check.silentSinceMs : undefined
  if (missed < world.policy.check.failures) return stay({ ...slot, check: rest(world, missed, since) })
  const found = how === 'silent' ? silence(since, world) : how
  return kill(slot.run, { why: 'unhealthy', upMs: world.nowMs - slot.sinceMs, found }, world)
}

type Checked = SlotAt<'up'> | SlotAt<'draining'>

/** What was found of it goes into the record, in words. */
function foundIn({ found, why }: SlotAt<'stopping'>, { isStopped }: End): { message?: string } {
  if (!found) return {}
  if ('said' in found) return found.said === '' ? {} : { message: found.said }
  const seconds = found.silentMs / 1000
  const span = `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  if (isStopped) return { message: `the process was stopped for ${span}` }
  const setting = why === 'start_timeout' ? 'startTimeout' : 'check.timeout'
  return { message: `the event loop was blocked for ${span}, and ${setting} gives it more time` }
}

function term(slot: SlotAt<'stopping'>, world: World): Decision {
  return [{ ...slot, phase: 'term', dueMs: world.nowMs + world.policy.stopTimeoutMs }, [{ do: 'term', run: slot.run }]]
}

/** A new host gave it the time to say hello too. */
function within<S extends { dueMs: number }>(slot: S, forMs: number, { nowMs }: World): S {
  return { ...slot, dueMs: Math.min(slot.dueMs, nowMs + forMs) }
}

/** For as long as it still has. */
function drainOn({ run, dueMs }: SlotAt<'draining'>, { nowMs }: World) {
  return { do: 'drain' as const, run, timeoutMs: Math.max(0, dueMs - nowMs) }
}

function greet({ run }: SlotAt<'up' | 'draining' | 'stopping' | 'refused'>) {
  return { do: 'greet' as const, run }
}
