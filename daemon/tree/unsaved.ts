// What is wanted of pods and could not be saved, since the disk was full: it is in force, and saved once there is room.
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
  #seams: Pick<Seams, 'log'>
  #options: Options
  #timers = new Map<PodEntry, NodeJS.Timeout>()

  constructor(seams: Pick<Seams, 'log'>, options: Options) {
    this.#seams = seams
    this.#options = options
  }

  /** What is in force of a pod is not on the disk. */
  keep(entry: PodEntry): void {
    if (entry.supervisor.problem !== unsavedText) entry.supervisor.onProblem(unsavedText)
    if (!this.#timers.has(entry)) this.#later(entry)
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
    const isOver = entry.file.isSaved || pods.find(name) !== entry
    if (isOver) this.#timers.delete(entry)
    else if (this.#timers.has(entry)) this.#later(entry)
  }

  /** A text that is broken is somebody's, and not overwritten unasked. */
  async #save({ supervisor, file }: PodEntry): Promise<void> {
    const { desired, isRight, isSaved } = file
    if (!isSaved && isRight && desired) await file.write(desired).catch(() => {})
    if (!file.isSaved || supervisor.problem !== unsavedText) return
    this.#seams.log.info('files', 'what is wanted of it is saved, now that there is room', { pod: supervisor.name })
    supervisor.onProblem()
  }
}
