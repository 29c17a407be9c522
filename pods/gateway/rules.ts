// What the rules say of each pod. Patterns are matched once for a name.
import { filled, matching } from './pattern.ts'
import type { RouteOfPod } from './routes.ts'
import { type Hook, noRules, type RulesFile } from './rules-file.ts'

/** What the rules that match a pod say, the last one first. */
export type Ruled = {
  routes: readonly RouteOfPod[]
  sleepMs: number | undefined
  needs: readonly string[]
  pause: NonNullable<RulesFile['rules'][number]['pause']> | undefined
}

export class Rules {
  #file: RulesFile
  #matches = new Map<string, Map<string, readonly string[] | undefined>>()
  #warn: (problem: string) => void

  /** @param warn is told of patterns that cannot be matched in time */
  constructor(file: RulesFile = noRules, warn: (problem: string) => void = () => {}) {
    this.#file = file
    this.#warn = warn
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
      sleepMs: undefined,
      needs: [],
      pause: undefined,
    }
    for (const { pattern, route, strip = false, sleep, needs, pause } of this.#file.rules) {
      const match = this.#match(pattern, pod)
      if (!match) continue
      if (route) ruled.routes = route.map(at => ({ at: filled(at, match).toLowerCase(), strip }))
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

  /** Matches all names at once: one by one, each takes longer. */
  learn(pods: readonly string[]): void {
    const { rules, allow = [], ignore, hooks } = this.#file
    const patterns = [
      ...rules.map(({ pattern }) => pattern),
      ...allow,
      ...ignore,
      ...hooks.flatMap(({ pod }) => pod ?? []),
    ]
    for (const pattern of new Set(patterns)) this.#matchAll(pattern, pods)
  }

  #match(pattern: string, pod: string): readonly string[] | undefined {
    const known = this.#matches.get(pattern)
    if (known?.has(pod)) return known.get(pod)
    this.#matchAll(pattern, [pod])
    return this.#matches.get(pattern)?.get(pod)
  }

  #matchAll(pattern: string, pods: readonly string[]): void {
    const known = this.#matches.get(pattern) ?? new Map<string, readonly string[] | undefined>()
    this.#matches.set(pattern, known)
    const unknown = pods.filter(pod => !known.has(pod))
    if (unknown.length === 0) return
    for (const pod of unknown) known.set(pod, undefined)
    try {
      for (const [pod, match] of matching(pattern, unknown)) known.set(pod, match)
    } catch (error) {
      this.#warn((error as Error).message)
    }
  }
}
