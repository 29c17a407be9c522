// What lets a host with a server write of others that they are dead: a credential of its own, beside that which it has as a host, so that it can be
// taken away alone. The keeper signs it, and is not needed from then on.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { readIfThere, writeWhole } from '../../whole-file.ts'
import type { GuardedFencing } from '../host/fencing.ts'
import { NatsEngine } from '../nats/engine.ts'
import type { Credential } from '../nats/link.ts'
import type { NatsEngineSettings } from '../settings.ts'
import { newSeed, publicOf } from './nkeys.ts'

export type FencingHereOptions = {
  fleet: string
  host: string
  hostId: string
  /** Of the fleet pod. */
  storage: string
  fencing: GuardedFencing
  /** As it is now. */
  engine: () => NatsEngineSettings
  /** By the keeper: a token for this public key. */
  sign: (key: string) => Promise<string>
  log: (text: string) => void
}

const fileSchema = v.object({
  v: v.literal(1),
  fleet: v.string(),
  hostId: v.string(),
  seed: v.string(),
  token: v.string(),
})

/** After how long the keeper is asked again, where it has signed nothing, and looked whether what it has signed is void. */
const againMs = 10_000

export class FencingHere {
  #options: FencingHereOptions
  #engine: NatsEngine | undefined
  #isGiven = false
  #isClosed = false
  #work: Promise<void> = Promise.resolve()
  #looking: NodeJS.Timeout
  #problem = ''

  constructor(options: FencingHereOptions) {
    this.#options = options
    this.#looking = setInterval(() => void this.#look(), againMs)
    this.#looking.unref()
  }

  /** @param isGiven whether this host gives a server now. @returns once what follows from it is done, or has failed and is tried again later */
  async follow(isGiven: boolean): Promise<void> {
    this.#isGiven = isGiven
    await this.#look()
  }

  /** Where the engine is may be another by now. */
  use(engine: NatsEngineSettings): void {
    this.#engine?.use(engine)
  }

  /** This process does so no more; the next one may. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#looking)
    await this.#end()
  }

  async #look(): Promise<void> {
    const next = this.#work.then(async () => {
      if (this.#isClosed) return
      if (!this.#isGiven) return await this.#drop()
      if (this.#engine?.isRefused) await this.#drop()
      if (!this.#engine) await this.#begin()
    })
    this.#work = next.then(
      () => this.#say(''),
      error => this.#say(`without its keeper, this host declares no other one dead yet: ${(error as Error).message}`),
    )
    await this.#work
  }

  async #begin(): Promise<void> {
    const { fleet, host, fencing, engine } = this.#options
    const credential = (await this.#kept()) ?? (await this.#signed())
    if (this.#isClosed) return
    this.#engine = new NatsEngine({ ...engine(), fleet, host, credential, makes: false })
    fencing.own = this.#engine
    void this.#engine.open()
  }

  async #signed(): Promise<Credential> {
    const { fleet, hostId, storage, sign } = this.#options
    const seed = newSeed('user')
    const credential = { seed, token: await sign(publicOf(seed)) }
    await mkdir(join(storage, 'engine'), { recursive: true, mode: 0o700 })
    await writeWhole(this.#file, `${JSON.stringify({ v: 1, fleet, hostId, ...credential })}\n`)
    return credential
  }

  /** What was signed for a process before this one. What cannot be read is signed anew. */
  async #kept(): Promise<Credential | undefined> {
    const { fleet, hostId } = this.#options
    const text = await readIfThere(this.#file)
    try {
      const kept = v.parse(fileSchema, JSON.parse(text ?? ''))
      return kept.fleet === fleet && kept.hostId === hostId ? { seed: kept.seed, token: kept.token } : undefined
    } catch {
      return undefined
    }
  }

  async #drop(): Promise<void> {
    await this.#end()
    await rm(this.#file, { force: true })
  }

  async #end(): Promise<void> {
    const engine = this.#engine
    this.#engine = undefined
    this.#options.fencing.own = undefined
    await engine?.close()
  }

  get #file(): string {
    return join(this.#options.storage, 'engine', 'fencing.json')
  }

  /** Each problem once. */
  #say(problem: string): void {
    if (problem !== '' && problem !== this.#problem) this.#options.log(problem)
    this.#problem = problem
  }
}
