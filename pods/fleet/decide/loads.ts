// What each host has to do by what is assigned to it: kept as a sum, since with many pods it is asked for often.
import type { PodRecord } from '../records.ts'

type Assigned = Pick<PodRecord, 'name' | 'assigned' | 'memory'>

const nothing: Omit<Assigned, 'name'> = { assigned: {}, memory: 0 }

export class Loads {
  #pods = new Map<string, Assigned>()
  #runs = new Map<string, number>()
  #memory = new Map<string, number>()

  constructor(all: Iterable<Assigned>) {
    for (const pod of all) this.note(pod)
  }

  /** From now on this pod is assigned so. */
  note(pod: Assigned): void {
    this.#add(this.#pods.get(pod.name) ?? { name: pod.name, ...nothing }, -1)
    this.#pods.set(pod.name, pod)
    this.#add(pod, 1)
  }

  /** How many runs of other pods a host has, and how many bytes they may use. */
  ofOthers(name: string, host: string): { runs: number; memory: number } {
    const { assigned, memory } = this.#pods.get(name) ?? nothing
    const own = assigned[host] ?? 0
    return { runs: (this.#runs.get(host) ?? 0) - own, memory: (this.#memory.get(host) ?? 0) - own * memory }
  }

  /** Whether a host has any run. */
  has(host: string): boolean {
    return (this.#runs.get(host) ?? 0) > 0
  }

  #add({ assigned, memory }: Assigned, times: 1 | -1): void {
    for (const [host, count] of Object.entries(assigned)) {
      this.#runs.set(host, (this.#runs.get(host) ?? 0) + times * count)
      this.#memory.set(host, (this.#memory.get(host) ?? 0) + times * count * memory)
    }
  }
}
