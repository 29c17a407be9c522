// What the rules say of each pod. A pattern is matched once for a name.
import { readRoute } from 'p8a/values'
import { filled, Pattern } from './pattern.ts'
import type { RouteOfPod } from './routes.ts'
import { type Hook, noRules, type RulesFile } from './rules-file.ts'

/** What the rules that match a pod say, the last one first. `noRoutes`: what is no route once the name of the pod is put in. */
export type Ruled = {
  routes: readonly RouteOfPod[]
  noRoutes: readonly string[]
  sleepMs: number | undefined
  needs: readonly string[]
  pause: NonNullable<RulesFile['rules'][number]['pause']> | undefined
}

export class Rules {
  #file: RulesFile
  #patterns = new Map<string, Pattern>()
  #matches = new Map<string, Map<string, readonly string[] | undefined>>()

  constructor(file: RulesFile = noRules) {
    this.#file = file
  }

  /** Whether the gateway has anything to do with a pod. */
  serves(pod: string): boolean {
    const { allow, ignore } = this.#file
    if (allow !== undefined && !allow.some(pattern => this.#match(pattern, pod))) return false
    return !ignore.some(pattern => this.#match(pattern, pod))
  }

  of(pod: string): Ruled {
    const ruled: { -readonly [K in keyof Ruled]: Ruled[K] } = {
      routes: [],
      noRoutes: [],
      sleepMs: undefined,
      needs: [],
      pause: undefined,
    }
    for (const { pattern, route, strip = false, sleep, needs, pause } of this.#file.rules) {
      const match = this.#match(pattern, pod)
      if (!match) continue
      if (route) {
        const texts = route.map(template => filled(template, match))
        const read = texts.map(readRoute)
        ruled.routes = read.flatMap(at => (at === undefined ? [] : [{ at, strip, isRuled: true }]))
        ruled.noRoutes = texts.filter((_, index) => read[index] === undefined)
      }
      if (sleep !== undefined) ruled.sleepMs = sleep
      if (needs) ruled.needs = needs.map(need => filled(need, match))
      if (pause) ruled.pause = pause
    }
    return ruled
  }

  hooksOf(pod: string, event: Hook['on'][number]): readonly Hook[] {
    return this.#file.hooks.filter(
      ({ on, pod: of }) => on.includes(event) && (of === undefined || this.#match(of, pod)),
    )
  }

  /** Whether a request is such that nobody is woken, or kept awake, for it. */
  isQuiet(path: string, agent: string | undefined): boolean {
    const { agents, paths } = this.#file.quiet
    if (agents.length === 0 && paths.length === 0) return false
    if (paths.some(one => path === one || path.startsWith(one.endsWith('/') ? one : `${one}/`))) return true
    const lower = agent?.toLowerCase()
    return lower !== undefined && agents.some(one => lower.includes(one.toLowerCase()))
  }

  /** Forgets what was matched of pods that are gone. */
  keep(pods: { has(name: string): boolean }): void {
    for (const known of this.#matches.values()) for (const name of known.keys()) if (!pods.has(name)) known.delete(name)
  }

  #match(pattern: string, pod: string): readonly string[] | undefined {
    let known = this.#matches.get(pattern)
    if (!known) {
      this.#patterns.set(pattern, new Pattern(pattern))
      known = new Map()
      this.#matches.set(pattern, known)
    }
    if (!known.has(pod)) known.set(pod, this.#patterns.get(pattern)?.match(pod))
    return known.get(pod)
  }
}
