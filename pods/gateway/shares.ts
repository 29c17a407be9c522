// Whose turn it is among several that share what comes by their weights: exactly so, and spread as evenly as can be (smooth weighted round
// robin, as nginx has it).

type Sharing = { pod: string; weight: number }

export class Shares {
  /** By pod: how much of a turn it is owed, from -1 to 1. */
  #owed = new Map<string, number>()

  /** @param members those that can take a turn now, each with a weight above 0 */
  next<Member extends Sharing>(members: readonly Member[]): Member | undefined {
    const total = members.reduce((sum, { weight }) => sum + weight, 0)
    let next: Member | undefined
    let most = Number.NEGATIVE_INFINITY
    for (const member of members) {
      const owed = (this.#owed.get(member.pod) ?? 0) + member.weight / total
      this.#owed.set(member.pod, owed)
      if (owed > most) [next, most] = [member, owed]
    }
    if (next) this.#owed.set(next.pod, most - 1)
    return next
  }
}
