// The timers of the slots, one for each run: armed for the time at which its state is due, as the lifecycle says. A timer only says
// that it went off; whether that still counts is for others to see.
import { deadline } from '../../protocol/deadline.ts'
import { longTimeout } from '../../protocol/long-timeout.ts'
import { isPause, timerOf } from '../lifecycle/decide.ts'
import { type Lane, lanes, type Seat, type Worlds } from '../lifecycle/seat.ts'
import type { Slot, World } from '../lifecycle/slot.ts'
import type { Clock } from '../system/clock.ts'

/** `dueMs`: the time for which it was armed, by the clock; `lateMs`: how long after that it went off. */
export type Due = { slot: number; lane: Lane; dueMs: number; lateMs: number }

export class SlotTimers {
  #clock: Clock
  #onDue: (due: Due) => void
  #timers = new Map<string, NodeJS.Timeout>()
  #isDetached = false

  constructor(clock: Clock, onDue: (due: Due) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Arms the timers of the slot `number`, in the place of those that were armed for it. */
  arm(number: number, seat: Seat, worlds: Worlds): void {
    for (const lane of lanes) this.#armLane({ number, lane }, seat[lane], worlds[lane])
  }

  /** No timer goes off any more. */
  detach(): void {
    this.#isDetached = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  #armLane({ number, lane }: { number: number; lane: Lane }, slot: Slot | undefined, world: World): void {
    const key = `${number} ${lane}`
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    const dueMs = slot && !this.#isDetached ? timerOf(slot, world) : undefined
    if (!slot || dueMs === undefined) return
    const onDue = () => {
      const lateMs = Math.max(0, this.#clock.nowMs() - dueMs)
      this.#onDue({ slot: number, lane, dueMs, lateMs })
    }
    const wait = isPause(slot) ? longTimeout : deadline
    this.#timers.set(key, wait(onDue, Math.max(0, Math.ceil(dueMs - this.#clock.nowMs()))))
  }
}
