// What the page knows: pods as the host tells them, who we are, and how the connection is. Those who show it are told once
// a frame, however much has changed.
import { type KnownPods, type PodChange, takeIn } from '../../protocol/changes.ts'
import { fullName } from '../../protocol/pod-order.ts'
import type { Role } from '../../protocol/roles.ts'
import type { PodUsage } from '../../protocol/usage.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import type { LinkState } from '../wire/lines.ts'
import { mayBeFleets } from './fleet.ts'

export type Me = { name: string; role: Role; path: string; expiresAt?: string }

export type Note = { id: number; kind: 'doing' | 'done' | 'failed'; text: string; hint?: string | undefined }

/** How many notes are shown at once. */
const maxNotes = 4

export class Store {
  link: LinkState | { is: 'signed-out'; why?: string } = { is: 'connecting' }
  me: Me = { name: '', role: 'read', path: '' }
  host: HostInfo | undefined
  /** By full name. */
  pods: KnownPods = new Map()
  /** What each used last, by full name. */
  usage = new Map<string, PodUsage>()
  /** The same, by the path of the host that told it. */
  #told = new Map<string, readonly PodUsage[]>()
  /** Whether they are told already. */
  isKnown = false
  notes: Note[] = []
  #lastNote = 0
  #listeners = new Set<() => void>()
  #isDue = false
  #frame: (work: () => void) => void

  constructor(frame: (work: () => void) => void) {
    this.#frame = frame
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#frame(() => {
      this.#isDue = false
      for (const listener of this.#listeners) listener()
    })
  }

  take(changes: readonly PodChange[]): void {
    for (const change of changes) takeIn(this.pods, change, fullName)
    this.isKnown = true
    this.changed()
  }

  /** Paths of hosts within that may be fleets. */
  get fleets(): string[] {
    return mayBeFleets(this.host?.hosts ?? [], this.pods.values())
  }

  /** @param path of the host that tells it, of all of its pods */
  takeUsage(path: string, pods: readonly PodUsage[]): void {
    this.#told.set(path, pods)
    this.usage = new Map([...this.#told.values()].flat().map(pod => [fullName(pod), pod]))
    this.changed()
  }

  /** Nobody is signed in any more. */
  forget(): void {
    this.pods = new Map()
    this.isKnown = false
    this.host = undefined
    this.usage = new Map()
    this.#told.clear()
    this.notes = []
    this.changed()
  }

  /** Shows a note. @returns its id */
  note(note: Omit<Note, 'id'>): number {
    const id = ++this.#lastNote
    this.notes = [...this.notes, { ...note, id }].slice(-maxNotes)
    this.changed()
    return id
  }

  unnote(id: number): void {
    this.notes = this.notes.filter(note => note.id !== id)
    this.changed()
  }
}
