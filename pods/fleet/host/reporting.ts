// What this host tells of its pods: a value for each, written when it changes. So a beat stays small, however many pods there are.
import { isDeepStrictEqual } from 'node:util'
import { usageNews, withoutUsage } from '../decide/usage.ts'
import type { Outcome, StatePort } from '../port/ports.ts'
import { type Report, recordVersion, reportKey, writeRecord } from '../records.ts'

/** How much of a text is told, of how many runs, and how many routes: so each report fits into a value. */
const mostText = 500
const mostRuns = 300
const mostRoutes = 100
/** How many are written at once. */
const atOnce = 50

export type ReportingOptions = {
  state: StatePort
  host: string
  /** What the engine has of this host, as it was last told; undefined: something that is not known. */
  known: () => Readonly<Record<string, Report | undefined>>
  /** How long a pod of which nothing but its use has changed is not told again. */
  usageMs: number
  nowMs: () => number
}

type Told = Report | 'gone'

export class Reporting {
  #options: ReportingOptions
  /** The last report that was taken; `gone`: that it is removed was; undefined: what is there is not known. */
  #taken = new Map<string, Told | undefined>()
  /** When each was written last. */
  #writtenMs = new Map<string, number>()

  constructor(options: ReportingOptions) {
    this.#options = options
  }

  /** Writes what has changed. @returns why that could not be done; empty if it was */
  async tell(reports: Readonly<Record<string, Report>>): Promise<string> {
    const known = this.#options.known()
    const names = new Set([...Object.keys(reports), ...Object.keys(known), ...this.#taken.keys()])
    const changed = [...names].flatMap(name => {
      const report: Told = Object.hasOwn(reports, name) ? fitted(reports[name] as Report) : 'gone'
      const before: Told | undefined = Object.hasOwn(known, name) ? known[name] : 'gone'
      const taken = this.#taken.has(name) ? this.#taken.get(name) : before
      return this.#isNews(name, taken, report) ? [{ name, report }] : []
    })
    for (let at = 0; at < changed.length; at += atOnce) {
      const outcomes = await Promise.all(changed.slice(at, at + atOnce).map(one => this.#write(one)))
      const failure = outcomes.find(outcome => !outcome.ok)
      if (failure && !failure.ok) return failure.message
    }
    return ''
  }

  /** What the engine has may be another by now. */
  forget(): void {
    this.#taken.clear()
  }

  /** What a pod uses is told with what else is told of it; alone only now and then. */
  #isNews(name: string, taken: Told | undefined, report: Told): boolean {
    if (taken === undefined || taken === 'gone' || report === 'gone') return taken !== report
    if (isDeepStrictEqual(report, taken)) return false
    if (!isDeepStrictEqual(withoutUsage(report), withoutUsage(taken))) return true
    const { usageMs, nowMs } = this.#options
    const news = usageNews(taken, report)
    const isDue = nowMs() - (this.#writtenMs.get(name) ?? Number.NEGATIVE_INFINITY) >= usageMs
    return news === 'first' || (news === 'change' && isDue)
  }

  async #write({ name, report }: { name: string; report: Told }): Promise<Outcome<unknown>> {
    const { state, host } = this.#options
    const key = reportKey(host, name)
    this.#taken.set(name, undefined)
    if (report === 'gone') this.#writtenMs.delete(name)
    else this.#writtenMs.set(name, this.#options.nowMs())
    const outcome =
      report === 'gone'
        ? await state.del(key, 'any')
        : await state.put(key, writeRecord('report', { v: recordVersion, report }), 'any')
    if (outcome.ok) this.#taken.set(name, report)
    return outcome
  }
}

/** As it is written: the one place where what is told of a pod is cut. */
function fitted(report: Report): Report {
  const { text, failed, runs, routes } = report
  const cut = { ...report, text: text.slice(0, mostText), failed: failed.slice(0, mostText) }
  const lists = { runs: runs.slice(0, mostRuns), routes: routes?.slice(0, mostRoutes) }
  return JSON.parse(JSON.stringify({ ...cut, ...lists }))
}
