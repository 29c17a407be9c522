// Whose turn it is among several that share what comes by their weights: exactly so, and spread as evenly as can be (smooth weighted round
// robin). The first is drawn at random, so that many who each begin anew share by the weights, too.
import { weighted } from './weighted.ts'

type Sharing = { pod: string; weight: number }

export class Shares {
  /** By pod: how much of a turn it is owed. */
  #owed = new Map<string, number>()
  #random: number

  /** @param random from 0 to 1: who is the first */
  constructor(random: number) {
    this.#random = random
  }

  /** @returns undefined if none of them has any weight */
  next<Member extends Sharing>(members: readonly Member[]): Member | undefined {
    const total = members.reduce((sum, { weight }) => sum + weight, 0)
    const first = this.#owed.size === 0 ? weighted(members, this.#random) : undefined
    let next: Member | undefined
    let most = Number.NEGATIVE_INFINITY
    for (const member of members.filter(({ weight }) => weight > 0)) {
      const owed = (this.#owed.get(member.pod) ?? 0) + member.weight / total
      this.#owed.set(member.pod, owed)
      if (first ? member === first : owed > most) [next, most] = [member, owed]
    }
    if (next) this.#owed.set(next.pod, most - 1)
    return next
  }
}
