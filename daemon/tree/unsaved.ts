// What is wanted of pods and could not be saved, since the disk was full: it is in force, and saved once there is room.
import { type Asleep, removeAsleep, writeAsleep } from '../store/asleep-file.ts'
import type { Seams } from '../system/seams.ts'
import type { PodEntry, Pods } from './pods.ts'

/** How often to look whether there is room. */
const againMs = 1000

/** What a status and an answer say meanwhile. */
export const unsavedText =
  'not saved yet, since the disk is full: it is saved once there is room, and a host that begins before that does not know of it'

/** `reread`: takes up what was edited of a pod. */
type Options = { pods: Pods; reread: (entry: PodEntry) => Promise<void> }

export class Unsaved {
  #seams: Pick<Seams, 'log' | 'paths'>
  #options: Options
  /** Those whose sleep is not on the disk as it is. */
  #sleeping = new Set<PodEntry>()
  #timers = new Map<PodEntry, NodeJS.Timeout>()

  constructor(seams: Pick<Seams, 'log' | 'paths'>, options: Options) {
    this.#seams = seams
    this.#options = options
  }

  /** What is in force of a pod is not on the disk. */
  keep(entry: PodEntry): void {
    if (entry.supervisor.problem !== unsavedText) entry.supervisor.onProblem(unsavedText)
    if (!this.#timers.has(entry)) this.#later(entry)
  }

  /** That it sleeps is not on the disk. */
  keepSleep(entry: PodEntry): void {
    this.#sleeping.add(entry)
    this.keep(entry)
  }

  /** Saves what there is room for now, and nothing after that. */
  async detach(): Promise<void> {
    const left = [...this.#timers]
    this.#timers.clear()
    await Promise.all(
      left.map(async ([entry, timer]) => {
        clearTimeout(timer)
        // An edit that nobody has taken up has the last word.
        const { found } = await entry.file.read()
        if (found === 'unchanged') await this.#save(entry)
      }),
    )
  }

  #later(entry: PodEntry): void {
    this.#timers.set(
      entry,
      setTimeout(() => void this.#again(entry), againMs),
    )
  }

  async #again(entry: PodEntry): Promise<void> {
    const { pods, reread } = this.#options
    const { name } = entry.supervisor
    await pods.turns.take(name, async () => {
      // Whoever has edited the file, or removed the pod, has the last word.
      if (pods.find(name) === entry) await reread(entry)
      if (pods.find(name) === entry && this.#timers.has(entry)) await this.#save(entry)
    })
    const isOver = this.#isSaved(entry) || pods.find(name) !== entry
    if (isOver) this.#forget(entry)
    else if (this.#timers.has(entry)) this.#later(entry)
  }

  #forget(entry: PodEntry): void {
    this.#timers.delete(entry)
    this.#sleeping.delete(entry)
  }

  #isSaved(entry: PodEntry): boolean {
    return entry.file.isSaved && !this.#sleeping.has(entry)
  }

  async #save(entry: PodEntry): Promise<void> {
    const { supervisor, file } = entry
    const { desired, isDue } = file
    const aside = isDue && desired && (await file.write(desired).catch(() => undefined))
    if (aside) tellAside(this.#seams, { pod: supervisor.name, aside })
    if (this.#sleeping.has(entry)) await this.#saveSleep(entry).catch(() => {})
    if (!this.#isSaved(entry)) {
      // What was changed meanwhile, and could be saved, is not all.
      if (supervisor.problem === undefined) supervisor.onProblem(unsavedText)
      return
    }
    if (supervisor.problem !== unsavedText) return
    this.#seams.log.info('files', 'what is wanted of it is saved, now that there is room', { pod: supervisor.name })
    supervisor.onProblem()
  }

  /** It may have been woken meanwhile, or put to sleep anew. */
  async #saveSleep(entry: PodEntry): Promise<void> {
    const { supervisor } = entry
    const paths = this.#seams.paths.pod(supervisor.name)
    let saved: Asleep | undefined
    do {
      saved = supervisor.asleep
      if (saved) await writeAsleep(paths, saved)
      else await removeAsleep(paths)
    } while (supervisor.asleep !== saved)
    this.#sleeping.delete(entry)
  }
}

/** A text that could not be read, and was replaced as somebody asked, is kept under another name. */
export function tellAside({ log }: Pick<Seams, 'log'>, { pod, aside }: { pod: string; aside: string }): void {
  log.warn('files', `A broken pod.json was renamed to ${aside}`, { pod })
}
