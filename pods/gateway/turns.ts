// What pods have begun and ended other than by this gateway, as a watch shows it: people, schedules and hosts start and stop them too.

/** What is known of a pod. `epoch`: grows with each sleep and wake that a gateway asks for. */
type Seen = { status: string; epoch?: number | undefined }

export type Turn = 'start' | 'stop'

type Known = { isUp: boolean; epoch: number }

export class Turns {
  #known: Map<string, Known> | undefined
  #expected = new Map<string, Turn>()

  /** This gateway has asked for it: it is nobody else's, whenever it is seen. */
  expect(pod: string, turn: Turn): void {
    if (this.#known?.get(pod)?.isUp !== (turn === 'start')) this.#expected.set(pod, turn)
  }

  /** It did not come to that. */
  forget(pod: string): void {
    this.#expected.delete(pod)
  }

  /** @returns what others have done since the last look; nothing at the first one. A pod that is gone has stopped. */
  look(pods: ReadonlyMap<string, Seen>): { pod: string; turn: Turn }[] {
    const before = this.#known
    const now = new Map<string, Known>()
    for (const [pod, { status, epoch = 0 }] of pods) {
      // Whatever lies between up and idle is on its way to one of them.
      const isUp = status === 'up' || (status !== 'idle' && (before?.get(pod)?.isUp ?? false))
      now.set(pod, { isUp, epoch })
    }
    this.#known = now
    if (!before) return []
    const names = new Set([...before.keys(), ...now.keys()])
    return [...names].flatMap(pod => this.#turnOf(pod, before.get(pod), now.get(pod)))
  }

  #turnOf(pod: string, before: Known | undefined, now: Known | undefined): { pod: string; turn: Turn }[] {
    const isUp = now?.isUp ?? false
    if (isUp === (before?.isUp ?? false)) return []
    const turn = isUp ? 'start' : 'stop'
    const isOurs = this.#expected.get(pod) === turn
    this.#expected.delete(pod)
    const isOfGateway = now !== undefined && now.epoch > (before?.epoch ?? 0)
    return isOurs || isOfGateway ? [] : [{ pod, turn }]
  }
}
