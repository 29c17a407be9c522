// What a run of chaos comes to: counts by kind, and every promise that was found broken.

export class Report {
  readonly #counts = new Map<string, Map<string, number>>()
  readonly violations: string[] = []
  readonly #startedMs = performance.now()
  #onViolation: (text: string) => void

  constructor(onViolation: (text: string) => void) {
    this.#onViolation = onViolation
  }

  /** Counts one more of a kind, such as `kills`, `host`. */
  count(group: string, kind: string, by = 1): void {
    const kinds = this.#counts.get(group) ?? new Map<string, number>()
    kinds.set(kind, (kinds.get(kind) ?? 0) + by)
    this.#counts.set(group, kinds)
  }

  /** How many of a group were counted. */
  total(group: string): number {
    return [...(this.#counts.get(group)?.values() ?? [])].reduce((sum, count) => sum + count, 0)
  }

  /** A promise was broken. */
  violated(text: string): void {
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(1)
    const line = `${seconds} s: ${text}`
    this.violations.push(line)
    this.#onViolation(line)
  }

  text(facts: Record<string, string>): string {
    const groups = [...this.#counts].map(([group, kinds]) => {
      const each = [...kinds].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`)
      return [group, `${this.total(group)} (${each.join(', ')})`] as const
    })
    const rows = [...Object.entries(facts), ...groups, ['broken promises', String(this.violations.length)] as const]
    const width = Math.max(...rows.map(([name]) => name.length))
    const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    return [...lines, ...this.violations.map(line => `  ${line}`), ''].join('\n')
  }
}
