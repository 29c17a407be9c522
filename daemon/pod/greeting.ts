// The messages of the processes of a pod's runs over the link, as events. This file checks which process speaks; the
// lifecycle decides the answer.
import type { Hello, Welcome } from '../../protocol/link.ts'
import type { Slot, SlotEvent } from '../lifecycle/slot.ts'
import type { Processes } from '../system/process.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { LiveRun } from './live-run.ts'
import type { Said } from './run-link.ts'

export type GreetingOwner = {
  slotOf(live: LiveRun): Slot
  /** Resolves once the effects of the event have been performed. */
  post(live: LiveRun, event: SlotEvent): Promise<void>
  /** Its process has booted. */
  onBooted(live: LiveRun): void
  /** Something that a status shows has changed. */
  onChanged(): void
}

export class Greeting {
  #processes: Processes
  #owner: GreetingOwner

  constructor(processes: Processes, owner: GreetingOwner) {
    this.#processes = processes
    this.#owner = owner
  }

  /** A shim with the ticket of one of our runs has dialled in. */
  async onHello(live: LiveRun, hello: Hello, peer: ShimPeer): Promise<Welcome> {
    if (this.#owner.slotOf(live).at === 'awaited') await this.#find(live, hello.pid)
    else await live.process.introduced
    // A spare that did not answer in time was killed, and the run has another process; the kill may have come too late.
    if (live.identity?.pid !== hello.pid) return { do: 'end' }
    this.#owner.onBooted(live)
    live.process.onLinked({ isApart: hello.isApart ?? false })
    live.link.open(peer, hello)
    await this.#owner.post(live, { type: 'hello', state: hello.state })
    return live.link.answer
  }

  onReady(live: LiveRun): void {
    // A check that came too early got that as its answer.
    if (live.said?.status === 'waiting') live.link.say({ status: 'up' })
    void this.#owner.post(live, { type: 'ready' })
  }

  onStatus(live: LiveRun, said: Said): void {
    live.link.say(said)
    this.#owner.onChanged()
    if (said.status === 'up') void this.#owner.post(live, { type: 'ready' })
  }

  /** Called in the turn in which the connection is found to end. */
  onLinkEnds(live: LiveRun, peer: ShimPeer): void {
    if (live.peer === peer) live.process.onLinkEnds()
  }

  onUnlinked(live: LiveRun, peer: ShimPeer): void {
    if (live.link.close(peer)) live.process.onUnlinked()
  }

  /** An earlier host died before it saved the identity of the process. */
  async #find(live: LiveRun, pid: number): Promise<void> {
    const identity = await this.#processes.identify(pid)
    if (!identity) return
    live.process.adopt(identity)
    await this.#owner.post(live, { type: 'spawned' })
    live.process.introduce()
  }
}
