// Tells the runs of its owner how the pods of a host are, where that has changed.
import type { LiveRun } from '../pod/live-run.ts'
import type { Mounts } from './mounts.ts'
import type { Place } from './place.ts'
import type { PodSupervisor } from './supervisor.ts'

export class TellOwner {
  #place: Pick<Place, 'path' | 'seams' | 'pods'>
  #mounts: Pick<Mounts, 'runs'>
  /** How each pod was when it was told last. */
  #told = new Map<string, string>()

  constructor(place: Pick<Place, 'path' | 'seams' | 'pods'>, mounts: Pick<Mounts, 'runs'>) {
    this.#place = place
    this.#mounts = mounts
    place.pods.watch({ onChanged: supervisor => this.#look(supervisor) })
  }

  /** One has mounted the host: what became of the pods while it, or the root, was away. */
  tellAll({ peer }: Pick<LiveRun, 'peer'>): void {
    for (const { supervisor } of this.#place.pods.all()) peer?.notify('changed', this.#changed(supervisor))
  }

  #look(supervisor: PodSupervisor): void {
    const changed = this.#changed(supervisor)
    const told = `${changed.status} ${changed.text}`
    if (this.#told.get(changed.name) === told) return
    this.#told.set(changed.name, told)
    for (const { peer } of this.#mounts.runs) peer?.notify('changed', changed)
  }

  #changed(supervisor: PodSupervisor) {
    const { name, state } = supervisor
    return { path: this.#place.path, name, status: state, text: supervisor.keeping.text(this.#place) }
  }
}
