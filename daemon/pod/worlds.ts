// What the lifecycle is told of the world when it decides about a slot: what follows from the state of the pod as it is now, for the
// run in the slot, for one that comes in its place, and for one that has left it. Pure.
import { policyOf } from '../../protocol/policy.ts'
import { hasRun } from '../lifecycle/public.ts'
import { type Seat, specIn, type Worlds } from '../lifecycle/seat.ts'
import type { Slot, World } from '../lifecycle/slot.ts'
import { type InForce, inForceFor, targetOf } from './in-force.ts'
import { isKept } from './service-order.ts'

/** A pod as it is now. */
export type PodNow = Pick<World, 'nowMs' | 'nextNumber' | 'jitter' | 'adoptMs'> & {
  inForce: InForce | undefined
  /** How many slots should have a run. */
  wantedCount: number
  /** Whether nothing may run, whatever is desired. */
  isHeld: boolean
  /** Where it sleeps: how long nothing must have gone on in a run for that to rest. */
  rests(): { forMs: number } | undefined
  /** Whether a slot that has had no run may begin one. */
  mayBegin(): boolean
  /** The limit that a run is over, in words. */
  overOf(run: number): string | undefined
}

export function worldsOf(number: number, seat: Seat, now: PodNow): Worlds {
  const main = mainWorld(number, seat, now)
  const { inForce } = now
  const wanted = number < now.wantedCount
  const target = inForce?.reload && targetOf(inForce)
  const leaving = seat.leaving ?? seat.main
  const over = hasRun(leaving) ? now.overOf(leaving.run.number) : undefined
  return {
    main,
    coming: {
      ...main,
      ...(target && { spec: target.spec, policy: target.policy }),
      ...(!target && hasRun(leaving) && { restarts: leaving.run.restarts + 1 }),
      wanted: wanted && (target !== undefined || over !== undefined),
    },
    // What it has is finished as long as the pod is to be up at all; nothing else of it is wanted.
    leaving: {
      ...main,
      spec: specIn(leaving) ?? '',
      over,
      wanted: (wanted || main.rests !== undefined) && (leaving.at === 'up' || leaving.at === 'draining'),
    },
  }
}

/** Where one finishes what it has already, the next comes only once this one has ended, and whoever connects would wait for that. */
function mainWorld(number: number, { main, leaving }: Seat, now: PodNow): World {
  const world = worldOf(number, main, now)
  return leaving && world.wanted ? { ...world, drains: false } : world
}

/** The world for a decision about what is in the slot `number`. */
export function worldOf(number: number, slot: Slot, now: PodNow): World {
  const { nowMs, nextNumber, jitter, adoptMs, isHeld } = now
  const inForce = inForceFor(now.inForce, specIn(slot))
  const common = { hasCode: inForce !== undefined, nowMs, nextNumber, jitter, adoptMs }
  if (inForce) {
    const { policy, spec } = inForce
    // A run keeps running if a pod that it needs goes down by itself.
    const mayBegin = slot.at !== 'vacant' || now.mayBegin()
    const rests = isHeld || number >= inForce.scale ? undefined : now.rests()
    // One in another language accepts until it has ended.
    const isSingle = inForce.config.single === true || inForce.config.exclusive === true || isKept(inForce.image)
    const wanted = number < now.wantedCount && mayBegin
    const drains = finishes(inForce, { isSurplus: number >= inForce.scale, isSingle, isHeld })
    return { ...common, wanted, rests, drains, isSingle, spec, policy }
  }
  // Its files cannot be read: runs keep running, and none is started.
  const isRunning = hasRun(slot) && !isHeld
  return { ...common, wanted: isRunning, spec: isRunning ? slot.run.spec : '', policy: policyOf({}) }
}

/** One slot too many; or a run beside which the next one comes, and whose sockets the host has, so that who connects meanwhile waits. */
function finishes(
  { desired, config }: InForce,
  { isSurplus, isSingle, isHeld }: { isSurplus: boolean; isSingle: boolean; isHeld: boolean },
): boolean {
  return desired.want === 'up' && !isHeld && (isSurplus || (config.listen !== undefined && !isSingle))
}
