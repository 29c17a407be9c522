// Which events happened, by what was told of a pod and how it is now. Pure. What has happened twice in between is told once: a host
// that was away looks by this too.
import type { Telling } from '../../protocol/events.ts'
import { runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import { after, mayTell, nothingTold, type Tale, type Told } from './told.ts'
import { type Facts, numberOf, type View, type ViewedRun } from './view.ts'

export type At = { path: string; pod: string }

/** @param told undefined: nothing so far */
export function look(told: Told | undefined, view: View, at: At): Tale[] {
  const before = told ?? nothingTold
  const wanted = lookAtFacts(before.facts, view, at)
  const runs = view.runs.flatMap(run => lookAtRun(before, run, { ...at, kind: view.kind }))
  const so = [...wanted, ...runs].reduce(after, before)
  return [...wanted, ...runs, ...lookAtWhole(so, view, at)]
}

/** That a run is over; nothing where that was told. */
export function lookAtEnd(told: Told | undefined, end: RunEnd, at: At): Tale[] {
  if (!mayTell(told ?? nothingTold, numberOf(end.run))) return []
  const { run, code, signal, reason, message } = end
  const facts = { run, code, signal, reason, ...(message !== undefined && { message }) }
  return [{ event: { type: typeOfEnd(end), ...at, ...facts } }]
}

function typeOfEnd({ reason, code }: RunEnd): 'ended' | 'crashed' | 'limit-hit' | 'lost' {
  if (reason === 'lost') return 'lost'
  if (reason === 'limit') return 'limit-hit'
  return reason === 'stopped' || reason === 'unhealthy' || (reason === 'exited' && code === 0) ? 'ended' : 'crashed'
}

/** What is wanted, and how its files are. The last of them says how that is now. */
function lookAtFacts(before: Facts, view: View, at: At): Tale[] {
  const events: Telling[] = [
    ...view.images
      .filter(({ version }) => version > before.latest)
      .map(({ version, hash, size, by, message }): Telling => {
        const said = { ...(by !== undefined && { by }), ...(message !== undefined && { message }) }
        return { type: 'pushed', ...at, version, hash, size, ...said }
      }),
    ...lookAtFiles(before, view, at),
    ...(view.kind === 'service' ? lookAtWant(before, view, at) : []),
    ...lookAtSet(before, view, at),
  ]
  const now = factsOf(view)
  return events.map((event, index) => ({ event, ...(index === events.length - 1 && { facts: now }) }))
}

function lookAtFiles(before: Facts, view: View, at: At): Telling[] {
  if (before.problem === view.problem) return []
  return [view.problem === undefined ? { type: 'mended', ...at } : { type: 'broken', ...at, problem: view.problem }]
}

function lookAtWant(before: Facts, view: View, at: At): Telling[] {
  const events: Telling[] = []
  const { version, scale } = view
  if (before.killed === undefined && view.killed !== undefined) return [{ type: 'killed', ...at }]
  if (before.want === 'up' && view.want === 'idle') return [{ type: 'stopped', ...at }]
  if (before.want === 'idle' && view.want === 'up') events.push({ type: 'started', ...at, version, scale })
  else if (view.want === 'up') events.push(...lookAtDeploy(before, view, at))
  if (before.want === 'up' && before.scale !== scale)
    events.push({ type: 'scaled', ...at, from: before.scale, to: scale })
  if (before.asleep === undefined && view.asleep !== undefined)
    events.push({ type: 'asleep', ...at, since: view.asleep })
  if (before.asleep !== undefined && view.asleep === undefined) events.push({ type: 'woke', ...at })
  return events
}

/** Of a pod that is wanted as before: that it is begun anew, or reloaded. */
function lookAtDeploy(before: Facts, view: View, at: At): Telling[] {
  const change = { from: before.version, to: view.version }
  const begun = view.reload
  const over = before.reload && before.reload.generation !== begun?.generation ? before.reload : undefined
  const events: Telling[] = []
  if (over?.generation === view.generation) {
    events.push({ type: over.isRollback ? 'rolled-back' : 'reloaded', ...at, ...change })
  } else {
    if (over) events.push({ type: 'reload-failed', ...at, from: before.version, to: over.to, ...whyOf(view) })
    if (before.generation !== view.generation)
      events.push({ type: view.past < before.past ? 'rolled-back' : 'restarted', ...at, ...change })
  }
  if (begun && begun.generation !== before.reload?.generation)
    events.push({ type: 'reload-begun', ...at, from: view.version, to: begun.to })
  return events
}

function whyOf({ failure }: View): { why?: string } {
  return failure === undefined ? {} : { why: failure }
}

/** A start, a restart and a reload tell by themselves that what they say is set. */
function lookAtSet(before: Facts, view: View, at: At): Telling[] {
  const changed = [...new Set([...Object.keys(before.set), ...Object.keys(view.set)])].filter(
    key => before.set[key] !== view.set[key],
  )
  const isVariable = (key: string) => key.startsWith('env ')
  const names = changed
    .filter(isVariable)
    .map(key => key.slice(4))
    .sort()
  const what = before.generation === view.generation ? changed.filter(key => !isVariable(key)).sort() : []
  return [
    ...(what.length > 0 ? [{ type: 'configured' as const, ...at, what }] : []),
    ...(names.length > 0 ? [{ type: 'env-changed' as const, ...at, names }] : []),
  ]
}

function lookAtRun(told: Told, run: ViewedRun, { path, pod, kind }: At & Pick<View, 'kind'>): Tale[] {
  const { number, slot, version, pid, restarts } = run
  if (!mayTell(told, number)) return []
  const known = told.runs[number]
  const at = { path, pod, run: runId(pod, number) }
  const events: Telling[] = []
  if (!known) events.push({ type: 'begun', ...at, slot, version, pid, restarts })
  if (kind === 'service' && run.isUp && !known?.up) events.push({ type: 'ready', ...at })
  if (run.unhealthy !== undefined && !known?.unhealthy) events.push({ type: 'unhealthy', ...at, why: run.unhealthy })
  return events.map(event => ({ event }))
}

/** What becomes of the pod as a whole. During a reload its runs tell that by themselves. */
function lookAtWhole(told: Told, view: View, at: At): Tale[] {
  if (view.isUp && !view.reload && (told.stirred || told.failing || told.gaveUp)) {
    const runs = view.runs.filter(({ isUp }) => isUp).length
    return [{ event: { type: 'up', ...at, version: view.version, runs } }]
  }
  return view.inTrouble ? lookAtTrouble(told, view.inTrouble, at) : []
}

function lookAtTrouble({ failing, gaveUp }: Told, trouble: NonNullable<View['inTrouble']>, at: At): Tale[] {
  const { isOver, ...facts } = trouble
  if (gaveUp || (failing && !isOver)) return []
  return [{ event: { type: isOver ? 'gave-up' : 'failing', ...at, ...facts } }]
}

function factsOf(view: View): Facts {
  const { latest, version, generation, want, scale, past, asleep, killed, problem, reload, set } = view
  return {
    ...{ latest, version, generation, want, scale, past, set },
    ...(asleep !== undefined && { asleep }),
    ...(killed !== undefined && { killed }),
    ...(problem !== undefined && { problem }),
    ...(reload && { reload }),
  }
}
