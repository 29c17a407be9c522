// When a pod falls asleep, and what wakes it, as a pure function: (sleep, event, world) -> [next sleep, effects]. That it sleeps is
// noted on the disk, and says that no run of it is wanted; what its runs do then is their own lifecycle's.

/** What the host does about the sleep of a pod. */
export type Sleep =
  /** Nothing: it may not sleep, or is not up. */
  | { at: 'off' }
  /** Its runs were asked to say when nothing has gone on in them for long enough. */
  | { at: 'awake' }
  /** Nothing goes on in it, but a pod that is awake needs it. */
  | { at: 'needed' }
  /** That it sleeps is being noted; or that failed, and is tried again at `dueMs`. */
  | { at: 'dozing'; dueMs?: number }
  /** No run of it is wanted. `isWatched`: the first connection is told of. `dueMs`: when to try that again. */
  | { at: 'asleep'; isWatched: boolean; dueMs?: number }
  /** It is to come up. `sinceMs`: when it was asked to. `isBegun`: an attempt is under way. */
  | { at: 'waking'; sinceMs: number; isBegun: boolean }
  /** It did not come up, and nothing is tried before somebody connects. `dueMs`: when to try what is due: to watch, or to start. */
  | { at: 'down'; sinceMs: number; isWatched: boolean; dueMs?: number }

export type SleepEvent =
  /** Something of the pod may have changed. */
  | { type: 'look' }
  /** Nothing has gone on in any of its runs for long enough. */
  | { type: 'still' }
  /** It could not be noted that it sleeps. */
  | { type: 'not-noted' }
  /** A run that was asked to rest has something to do. */
  | { type: 'stirred' }
  /** Its sockets could not be watched. */
  | { type: 'not-watched' }
  /** Somebody has connected. */
  | { type: 'knocked' }
  /** Somebody asks for it to be up. */
  | { type: 'wanted' }
  | { type: 'timer' }

export type SleepEffect =
  /** Ask its runs, those that there are by then: `still`. */
  | 'ask'
  | 'unask'
  /** Note that it sleeps; `not-noted` where that fails. */
  | 'note'
  /** It sleeps no more: take back the note, wake what it needs, and begin its runs. */
  | 'wake'
  /** One more attempt to start it. */
  | 'attempt'
  /** Hold its sockets, and watch them: `knocked`, `not-watched`. */
  | 'watch'
  | 'unwatch'
  /** Close the connections that wait. */
  | 'turn-away'

export type SleepWorld = {
  /** It has ports, and is wanted: whoever connects may wake it. */
  isOurs: boolean
  /** After how long it falls asleep; 0: never by itself. */
  sleepMs: number
  /** It is noted that it sleeps. */
  isAsleep: boolean
  isUp: boolean
  /** A run of it has its place: it accepts, or is about to. */
  hasRuns: boolean
  /** Its attempts are used up. */
  isDown: boolean
  /** Whether a pod that is awake needs it. */
  isNeeded(): boolean
  nowMs: number
}

export type SleepDecision = readonly [next: Sleep, effects: readonly SleepEffect[]]

/** Attempts that connections ask for are at least so far from each other. */
const attemptMs = 1000
/** When to try again what the disk or the sockets did not allow. */
const againMs = 30_000

export function decideSleep(sleep: Sleep, event: SleepEvent, world: SleepWorld): SleepDecision {
  switch (event.type) {
    case 'look':
      return look(sleep, world)
    case 'still':
      if (sleep.at !== 'awake') return stay(sleep)
      return world.isNeeded() ? stay({ at: 'needed' }) : [{ at: 'dozing' }, ['note']]
    case 'not-noted':
      return stay(sleep.at === 'dozing' ? { at: 'dozing', dueMs: world.nowMs + againMs } : sleep)
    case 'not-watched':
      if (sleep.at !== 'asleep' && sleep.at !== 'down') return stay(sleep)
      return stay({ ...sleep, isWatched: false, dueMs: world.nowMs + againMs })
    case 'stirred':
      return sleep.at === 'asleep' ? wake(world) : stay(sleep)
    case 'wanted':
      if (sleep.at === 'down') return attempt(world)
      return sleep.at === 'asleep' ? wake(world) : stay(sleep)
    case 'knocked':
      return onKnocked(sleep, world)
    case 'timer':
      return onDue(sleep, world)
  }
}

/** When it has to be looked at again if nothing happens, in the time of `SleepWorld.nowMs`. */
export function sleepTimerOf(sleep: Sleep): number | undefined {
  return 'dueMs' in sleep ? sleep.dueMs : undefined
}

function look(sleep: Sleep, world: SleepWorld): SleepDecision {
  if (!world.isOurs) return leave(sleep)
  if (world.isAsleep) return rest(sleep, world)
  switch (sleep.at) {
    case 'off':
      return fromOff(world)
    case 'awake':
      return maySleep(world) ? stay(sleep) : leave(sleep)
    case 'needed':
      if (maySleep(world) && world.isNeeded()) return stay(sleep)
      return fromOff(world)
    case 'dozing':
      return stay(sleep)
    case 'waking':
      if (!world.isDown) return world.isUp ? fromOff(world) : stay(sleep.isBegun ? sleep : { ...sleep, isBegun: true })
      return sleep.isBegun ? fail(sleep) : stay(sleep)
    case 'asleep':
    case 'down': {
      if (sleep.at === 'down' && world.isDown) return stay(sleep)
      // Somebody has started it, or woken it.
      const [next, effects] = fromOff(world)
      return [next, sleep.isWatched ? ['unwatch', ...effects] : effects]
    }
  }
}

function fromOff(world: SleepWorld): SleepDecision {
  if (world.isDown && world.sleepMs > 0) return fail({ sinceMs: world.nowMs })
  return maySleep(world) ? [{ at: 'awake' }, ['ask']] : stay({ at: 'off' })
}

/** It is noted that it sleeps: whoever connects is waited for as soon as none of its own processes accepts. */
function rest(sleep: Sleep, world: SleepWorld): SleepDecision {
  const asleep: Extract<Sleep, { at: 'asleep' }> = sleep.at === 'asleep' ? sleep : { at: 'asleep', isWatched: false }
  const before: readonly SleepEffect[] = sleep.at === 'awake' ? ['unask'] : []
  if (asleep.isWatched || asleep.dueMs !== undefined || world.hasRuns) return [asleep, before]
  return [{ at: 'asleep', isWatched: true }, [...before, 'watch']]
}

function leave(sleep: Sleep): SleepDecision {
  if (sleep.at === 'awake') return [{ at: 'off' }, ['unask']]
  const isWatched = 'isWatched' in sleep && sleep.isWatched
  return [{ at: 'off' }, isWatched ? ['unwatch'] : []]
}

function onKnocked(sleep: Sleep, world: SleepWorld): SleepDecision {
  if (sleep.at === 'asleep') return wake(world)
  if (sleep.at !== 'down' || !sleep.isWatched) return stay(sleep)
  const dueMs = sleep.sinceMs + attemptMs
  return dueMs <= world.nowMs ? attempt(world) : stay({ ...sleep, dueMs })
}

function onDue(sleep: Sleep, world: SleepWorld): SleepDecision {
  if (sleep.at === 'dozing') return maySleep(world) ? [{ at: 'awake' }, ['ask']] : stay({ at: 'off' })
  if (sleep.at === 'asleep') return rest({ at: 'asleep', isWatched: false }, world)
  if (sleep.at !== 'down') return stay(sleep)
  if (sleep.isWatched) return attempt(world)
  return [{ at: 'down', sinceMs: sleep.sinceMs, isWatched: true }, ['watch']]
}

function wake({ nowMs }: SleepWorld): SleepDecision {
  return [{ at: 'waking', sinceMs: nowMs, isBegun: true }, ['wake']]
}

function attempt({ nowMs }: SleepWorld): SleepDecision {
  return [{ at: 'waking', sinceMs: nowMs, isBegun: false }, ['attempt']]
}

/** Nobody is let wait for what does not come. */
function fail({ sinceMs }: { sinceMs: number }): SleepDecision {
  return [{ at: 'down', sinceMs, isWatched: true }, ['turn-away', 'watch']]
}

function maySleep({ isUp, sleepMs }: SleepWorld): boolean {
  return isUp && sleepMs > 0
}

function stay(sleep: Sleep): SleepDecision {
  return [sleep, []]
}
