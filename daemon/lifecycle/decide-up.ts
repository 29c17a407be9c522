// What an event leads to while a run is up, and while it is being ended. The rows of the table in `decide.ts` from up
// to refused.
import { settle, settleFailed } from './settle.ts'
import type { Decision, SlotAt, SlotEvent, World } from './slot.ts'
import { hostAwayMs, isWanted, kill, killAgainMs, rest, stay, stop } from './steps.ts'

export function onUp(slot: SlotAt<'up'>, event: SlotEvent, world: World): Decision {
  const { run } = slot
  const upMs = world.nowMs - slot.sinceMs
  switch (event.type) {
    case 'desired':
      return isWanted(run, world) ? stay(slot) : stop(run, { why: 'stopped', upMs }, world)
    case 'hello':
      return onHello(slot, event, world)
    case 'check-passed':
      return stay({ ...slot, check: rest(world) })
    case 'check-failed':
      return slot.check.at === 'asked' ? miss(slot, world) : stay(slot)
    case 'exited':
      return settle(run, { end: event.end, upMs }, world)
    case 'timer': {
      if (slot.check.at === 'asked' && event.lateMs <= hostAwayMs) return miss(slot, world)
      const { timeoutMs } = world.policy.check
      return [
        { ...slot, check: { ...slot.check, at: 'asked', dueMs: world.nowMs + timeoutMs } },
        [{ do: 'check', run, timeoutMs }],
      ]
    }
    default:
      return stay(slot)
  }
}

export function onStopping(slot: SlotAt<'stopping'>, event: SlotEvent, world: World): Decision {
  const { run, phase, askedMs } = slot
  switch (event.type) {
    case 'hello':
      return [slot, phase === 'cleanup' ? [greet(slot), { do: 'cleanup', run }] : [greet(slot)]]
    case 'save-failed':
      // It is ended all the same; the next host would end it for another reason.
      return [slot, [{ do: phase, run }]]
    case 'cleaned':
      return phase === 'cleanup' ? term(slot, world) : stay(slot)
    case 'timer':
      if (phase === 'cleanup') return term(slot, world)
      return [{ ...slot, phase: 'kill', dueMs: world.nowMs + killAgainMs }, [{ do: 'kill', run }]]
    case 'exited': {
      const end = { ...event.end, reason: slot.why }
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
  return [{ ...slot, check: rest(world) }, [answer]]
}

function miss(slot: SlotAt<'up'>, world: World): Decision {
  const missed = slot.check.missed + 1
  if (missed >= world.policy.check.failures) {
    return kill(slot.run, { why: 'unhealthy', upMs: world.nowMs - slot.sinceMs }, world)
  }
  return stay({ ...slot, check: rest(world, missed) })
}

function term(slot: SlotAt<'stopping'>, world: World): Decision {
  return [{ ...slot, phase: 'term', dueMs: world.nowMs + world.policy.stopTimeoutMs }, [{ do: 'term', run: slot.run }]]
}

function greet({ run }: SlotAt<'up' | 'stopping' | 'refused'>) {
  return { do: 'greet' as const, run }
}
