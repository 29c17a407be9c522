// What must be true of a pod, by what was answered. A verb whose answer was lost may have been done or not, so the model
// holds every state that is possible, and what is answered or seen next rules some of them out.

/** What is wanted of a pod; undefined: there is no such pod. */
export type Wanted = { version: number; latest: number; want: 'up' | 'idle'; scale: number; tag: string } | undefined

export type Verb =
  | { do: 'push'; code: string }
  | { do: 'start'; tag: string }
  | { do: 'stop' }
  | { do: 'restart' }
  | { do: 'reload'; waits: boolean }
  | { do: 'scale'; scale: number }
  | { do: 'remove' }

/** Codes that say that nothing was changed. */
const refusals = [
  'no_space',
  'save_failed',
  'pod_running',
  'pod_not_found',
  'state_broken',
  'bad_image',
  'host_unreachable',
  'host_busy',
]
/** In the place of a code: it is done, and not saved yet. A host that begins before it is does not know of it. */
export const unsaved = 'unsaved'
/** Codes of a connection that was lost with the answer: nobody knows. */
const unknowns = ['host_gone', 'timeout', 'aborted']

export class PodModel {
  #possible: Wanted[] = [undefined]
  /** What may be on the disk while what is possible is not. */
  #saved: Wanted[] = []

  get possible(): readonly Wanted[] {
    return this.#possible
  }

  /** Whether there may be such a pod. */
  get mayExist(): boolean {
    return this.#possible.some(wanted => wanted !== undefined)
  }

  /** What is known for certain, where it is. */
  get certain(): Wanted | 'unsure' {
    return this.#possible.length === 1 ? this.#possible[0] : 'unsure'
  }

  /**
   * Takes up the outcome of verbs that were sent at the same time; one alone is the usual case.
   * @returns a complaint where what was answered cannot have been true
   */
  onAnswered(verbs: readonly { verb: Verb; code: string | undefined }[]): string | undefined {
    const before = unique([...this.#possible, ...this.#saved])
    if (verbs.some(({ code }) => code === unsaved)) this.#saved = before
    // A change is saved with all that was not saved before it.
    else if (verbs.every(({ code }) => code === undefined)) this.#saved = []
    const after = orders(verbs).flatMap(order =>
      order.reduce((states, { verb, code }) => states.flatMap(state => outcomes(state, verb, code)), before),
    )
    if (after.length === 0) {
      this.#possible = unique([
        undefined,
        ...before.flatMap(state => verbs.flatMap(({ verb }) => applied(state, verb))),
      ])
      const said = verbs.map(({ verb, code }) => `${verb.do} -> ${code ?? 'done'}`).join(', ')
      return `${said} cannot be, from ${JSON.stringify(before)}`
    }
    this.#possible = unique(after)
    return undefined
  }

  /** Takes up what is seen at a quiet point. @returns a complaint where it is none of what is possible */
  onSeen(seen: Wanted): string | undefined {
    const before = [...this.#possible, ...this.#saved]
    this.#possible = [seen]
    this.#saved = []
    if (before.some(wanted => isSame(wanted, seen))) return undefined
    return `${JSON.stringify(seen)} is seen, but possible is ${JSON.stringify(before)}`
  }
}

/** What a state may have become by a verb that was answered so; nothing where that answer cannot be. */
function outcomes(state: Wanted, verb: Verb, code: string | undefined): Wanted[] {
  if (code !== undefined && unknowns.includes(code)) return unique([state, ...applied(state, verb)])
  // A reload that fails leaves all as it was. One that nobody waits for may fail later.
  if (verb.do === 'reload' && code === 'start_failed') return [state]
  if (code === 'pod_not_up') return state?.want === 'idle' ? [state] : []
  if (verb.do === 'reload' && code === undefined && !verb.waits) return unique([state, ...applied(state, verb)])
  // A start that was answered as failed was begun, unless it was stopped by another.
  if (code === 'start_failed') return applied(state, verb)
  if (code === 'pod_running') return state?.want === 'up' ? [state] : []
  if (code === 'pod_not_found') return state === undefined ? [state] : []
  if (code !== undefined && code !== unsaved) return refusals.includes(code) ? [state] : []
  return applied(state, verb)
}

function applied(state: Wanted, verb: Verb): Wanted[] {
  if (verb.do === 'push') {
    if (!state) return [{ version: 0, latest: 1, want: 'idle', scale: 1, tag: '' }]
    return [{ ...state, latest: state.latest + 1 }]
  }
  if (!state) return []
  switch (verb.do) {
    case 'start':
      return [{ ...state, want: 'up', version: state.latest, tag: verb.tag }]
    case 'reload':
      return state.want === 'up' ? [{ ...state, version: state.latest }] : []
    case 'restart':
      return [{ ...state, want: 'up', version: state.latest }]
    case 'stop':
      return [{ ...state, want: 'idle' }]
    case 'scale':
      return [{ ...state, scale: verb.scale }]
    case 'remove':
      return [undefined]
  }
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, at) => orders(items.filter((_, other) => other !== at)).map(rest => [item, ...rest]))
}

function unique(states: readonly Wanted[]): Wanted[] {
  return states.filter((state, at) => states.findIndex(other => isSame(other, state)) === at)
}

function isSame(a: Wanted, b: Wanted): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.version === b.version && a.latest === b.latest && a.want === b.want && a.scale === b.scale && a.tag === b.tag
}
