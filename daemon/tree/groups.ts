// The groups of a host's pods that are in force. Where they are kept is not its matter.
import type { Group, Membership } from '../../protocol/group.ts'
import { Shares } from '../../protocol/shares.ts'

export class Groups {
  #all: ReadonlyMap<string, Group> = new Map()
  #memberships = new Map<string, Membership[]>()
  #shares = new Map<string, Shares>()
  #listeners = new Set<(names: ReadonlySet<string>) => void>()

  get all(): ReadonlyMap<string, Group> {
    return this.#all
  }

  get(name: string): Group | undefined {
    return this.#all.get(name)
  }

  /** The groups that a pod is in; the list stays the same until they change. */
  of(pod: string): readonly Membership[] {
    return this.#memberships.get(pod) ?? none
  }

  /** Whose turn it is in a group. @param random from 0 to 1 */
  sharesOf(name: string, random: () => number): Shares {
    const shares = this.#shares.get(name) ?? new Shares(random())
    this.#shares.set(name, shares)
    return shares
  }

  /** From now on there are these. */
  replace(groups: ReadonlyMap<string, Group>): void {
    const before = this.#all
    const names = new Set([...before.keys(), ...groups.keys()])
    const changed = [...names].filter(name => JSON.stringify(before.get(name)) !== JSON.stringify(groups.get(name)))
    this.#all = groups
    this.#memberships.clear()
    for (const name of changed) this.#shares.delete(name)
    for (const [name, { members, ...more }] of groups) {
      for (const [pod, weight] of Object.entries(members)) {
        this.#memberships.set(pod, [...this.of(pod), { name, weight, ...more }])
      }
    }
    for (const listener of this.#listeners) listener(new Set(changed))
  }

  /** Calls `listener` with the names of the groups that have changed, until the returned function is called. */
  watch(listener: (names: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

const none: readonly Membership[] = []
