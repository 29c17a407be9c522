// The promise about logs: every line that a pod printed is in its log exactly once and in order. What was read is not read
// again at the next quiet point.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listIfThere, readIfThere } from './files.ts'
import { RunLines } from './lines.ts'
import type { World } from './world.ts'

/** A run that ends so soon after its log was removed may not have seen it. */
const rescueMs = 1500
/** Of one run so many complaints are told. */
const mostComplaints = 3

export class LinesCheck {
  #world: World
  #lines = new Map<string, RunLines>()
  /** Runs that were over and read to their ends. */
  #done = new Set<string>()
  /** Lines that were found so far. */
  found = 0

  constructor(world: World) {
    this.#world = world
  }

  /** One line for each run whose log is not as it should be. */
  check(): string[] {
    return this.#world.pods.flatMap(pod => {
      // A pod that was removed and pushed again counts its runs from 1.
      if (pod.wasRemoved) this.#forget(pod.name)
      pod.wasRemoved = false
      const files = listIfThere(join(this.#world.host.data, 'logs', pod.name))
      const numbers = new Set(files.map(file => Number.parseInt(file, 10)).filter(Number.isInteger))
      const newest = Math.max(...numbers)
      return [...numbers].flatMap(number => this.#checkRun(pod.name, { number, isNewest: number === newest }))
    })
  }

  #checkRun(name: string, { number, isNewest }: { number: number; isNewest: boolean }): string[] {
    const id = `${name}.${number}`
    if (this.#done.has(id)) return []
    const { host, told, wasDiskFull, wasEverFull, logHarms } = this.#world
    const folder = join(host.data, 'logs', name)
    // Read before the log is: all of these must be there.
    const printed = Number(readIfThere(join(told, id)) ?? 0)
    const lines = this.#linesOf(id, folder)
    const before = lines.count
    lines.wasExposed ||= wasDiskFull
    const complaints = lines.read({ mayLose: wasEverFull }).slice(0, mostComplaints)
    this.found += lines.count - before
    const harm = logHarms.get(id)
    const wasShort = harm !== undefined && lastTold(join(told, id)) < harm.atMs + rescueMs
    complaints.push(...(wasShort ? [] : missing(lines, printed)))
    if (!isNewest && !existsSync(join(folder, `${number}.stdout.raw`))) {
      this.#done.add(id)
      this.#world.report.count('lines that a full disk took', 'told of', lines.confessed)
      this.#lines.delete(id)
    }
    return complaints.map(complaint => `${id}: ${complaint}`)
  }

  /** What was read of a log so far; one that was harmed since is read anew. */
  #linesOf(id: string, folder: string): RunLines {
    const harm = this.#world.logHarms.get(id)
    const known = this.#lines.get(id)
    if (known && known.harms === (harm?.count ?? 0)) return known
    this.found -= known?.count ?? 0
    const lines = new RunLines(folder, Number(id.split('.').at(-1)), harm)
    lines.wasExposed = known?.wasExposed ?? false
    this.#lines.set(id, lines)
    return lines
  }

  #forget(name: string): void {
    // What was done to a log is not forgotten: the removal may have been refused, or the log be that of a run that came since.
    for (const id of [...this.#done, ...this.#lines.keys()]) {
      if (!id.startsWith(`${name}.`)) continue
      this.#done.delete(id)
      this.found -= this.#lines.get(id)?.count ?? 0
      this.#lines.delete(id)
    }
    const { told } = this.#world
    for (const id of readdirSync(told)) if (id.startsWith(`${name}.`)) rmSync(join(told, id), { force: true })
  }
}

/** When a run last told how far it came. */
function lastTold(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function missing(lines: RunLines, printed: number): string[] {
  if (lines.wasExposed) return []
  const found = lines.last.get('line') ?? 0
  return [
    ...(found < printed ? [`printed ${printed} lines, ${found} are in its log`] : []),
    ...(lines.unaccounted > 0 ? [`${lines.unaccounted} lines are missing and not told of`] : []),
  ]
}
