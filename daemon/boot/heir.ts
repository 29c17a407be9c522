// A host that takes the place of another one: it was given the sockets of that, waits until that holds nothing any more,
// and shows that it is the host. Where the one before is gone, it takes its place at once.
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import {
  type Doors,
  doorsEnv,
  type Failure,
  type FromHeir,
  firstDoor,
  type Roll,
  type ToHeir,
} from '../../protocol/heir.ts'
import { takeVariable } from '../system/environment.ts'

/** How often it says that it is alive. */
const beatMs = 100
/** How often to look, and for how long, whether the processes have dialed that the host before was connected to. */
const lookMs = 10
const linkedMs = 1000
/** How long a host that was killed may be seen after its channel has ended. */
const dyingMs = 1000

/** What the host before said when it let go. */
export type Turn = { linked: number; failure?: Failure | undefined }

export class Heir {
  /** The descriptors of the sockets that it was given, by name. */
  readonly doors: ReadonlyMap<string, number>
  #turn = Promise.withResolvers<Turn>()
  #over = Promise.withResolvers<void>()
  #beating: NodeJS.Timeout

  /** Undefined in a process that takes the place of none. */
  static receive(): Heir | undefined {
    const given = takeVariable(doorsEnv)
    return given === undefined ? undefined : new Heir(JSON.parse(given) as Doors)
  }

  private constructor({ from, names }: Doors) {
    this.doors = new Map(names.map((name, index) => [name, firstDoor + index]))
    // Whoever waits gets the error.
    this.#turn.promise.catch(() => {})
    process.on('message', message => this.#hear(message as ToHeir))
    process.once('disconnect', () => void this.#onAlone(from))
    if (!process.connected) void this.#onAlone(from)
    this.#beating = setInterval(() => this.#say({ say: 'beat' }), beatMs)
  }

  /** It has booted. Resolves once the host before holds nothing any more. */
  async turn(version: string): Promise<Turn> {
    this.#say({ say: 'ready', version })
    return await this.#turn.promise
  }

  /** It is the host. Resolves once the one before leaves. */
  async prove(roll: () => Roll): Promise<void> {
    const { linked } = await this.#turn.promise
    const giveUpAtMs = monotonicMs() + linkedMs
    while (roll().linked < linked && monotonicMs() < giveUpAtMs) await delay(lookMs)
    this.#say({ say: 'proved', roll: roll() })
    await this.#over.promise
    clearInterval(this.#beating)
    if (process.connected) process.disconnect?.()
  }

  /** It cannot be the host. */
  fail(error: unknown): void {
    this.#say({ say: 'failed', why: error instanceof Error ? error.message : String(error) })
  }

  #hear(told: ToHeir): void {
    if (told.say === 'go') this.#turn.resolve({ linked: told.linked, failure: told.failure })
    if (told.say === 'over') this.#over.resolve()
  }

  /** Only a host that is gone has left its place: two of them would be worse than none. */
  async #onAlone(from: number): Promise<void> {
    const giveUpAtMs = monotonicMs() + dyingMs
    while (process.ppid === from && monotonicMs() < giveUpAtMs) await delay(lookMs)
    if (process.ppid === from)
      this.#turn.reject(
        new P8aError('upgrade_failed', `The host that is to leave, process ${from}, is there and says nothing`),
      )
    this.#turn.resolve({ linked: 0 })
    this.#over.resolve()
  }

  #say(said: FromHeir): void {
    if (process.connected) process.send?.(said, undefined, undefined, () => {})
  }
}
