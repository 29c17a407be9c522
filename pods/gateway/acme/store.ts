// What all runs of the gateway share of ACME, in files of its storage that only they can read: the account, the certificates, when each
// name is to be ordered next, and the answers to challenges.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../whole-file.ts'

/** `url`: where the certificate authority keeps it, once it does. */
export type Account = { key: string; url?: string }

/** `nextAtMs`: not before that. `renewAtMs`: what was chosen for this certificate. `problem`: why the last order failed. */
export type Plan = { nextAtMs: number; failures: number; problem?: string; windowAtMs?: number }

export type Stored = { pem: string; key: string }

export class AcmeStore {
  #dir: string
  #challenges: string

  /** @param directoryUrl of the certificate authority: what is stored is of this one alone */
  constructor(storage: string, directoryUrl: string) {
    this.#dir = join(storage, 'acme', createHash('sha256').update(directoryUrl).digest('hex').slice(0, 16))
    this.#challenges = join(storage, 'acme', 'challenges')
  }

  async open(): Promise<void> {
    for (const dir of [this.#dir, this.#challenges]) await mkdir(dir, { recursive: true, mode: 0o700 })
  }

  async account(): Promise<Account | undefined> {
    return await this.#read<Account>('account.json')
  }

  async saveAccount(account: Account): Promise<void> {
    await this.#write('account.json', account)
  }

  async plan(name: string): Promise<Plan> {
    return (await this.#read<Plan>(`${name}.plan`)) ?? { nextAtMs: 0, failures: 0 }
  }

  async savePlan(name: string, plan: Plan): Promise<void> {
    await this.#write(`${name}.plan`, plan)
  }

  /** Until when nothing is ordered of this authority at all. */
  async holdUntilMs(): Promise<number> {
    return (await this.#read<{ untilMs: number }>('hold.json'))?.untilMs ?? 0
  }

  async hold(untilMs: number): Promise<void> {
    await this.#write('hold.json', { untilMs })
  }

  async saveCertificate(name: string, stored: Stored): Promise<void> {
    await this.#write(`${name}.certificate`, stored)
  }

  /** All that there are, by name. */
  async certificates(): Promise<Map<string, Stored>> {
    const files = (await readdir(this.#dir)).filter(file => file.endsWith('.certificate')).sort()
    const all = new Map<string, Stored>()
    for (const file of files) {
      const stored = await this.#read<Stored>(file)
      if (stored) all.set(file.slice(0, -'.certificate'.length), stored)
    }
    return all
  }

  /** @param key a token, or a name */
  async present(key: string, answer: string): Promise<void> {
    await writeWhole(join(this.#challenges, safe(key)), answer)
  }

  async withdraw(key: string): Promise<void> {
    await rm(join(this.#challenges, safe(key)), { force: true })
  }

  /** The answer that a run has presented; undefined if there is none. It is asked for by certificate authorities alone. */
  presented(key: string): string | undefined {
    try {
      return readFileSync(join(this.#challenges, safe(key)), 'utf8')
    } catch {
      return undefined
    }
  }

  /**
   * What is no JSON is somebody else's: it is as if it was not there.
   * @throws the system's error where it cannot be read now: without its plan a name would be ordered at once, and without the account
   * another one be made
   */
  async #read<T>(file: string): Promise<T | undefined> {
    let text: string
    try {
      text = await readFile(join(this.#dir, file), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      return JSON.parse(text) as T
    } catch {
      return undefined
    }
  }

  async #write(file: string, value: unknown): Promise<void> {
    await writeWhole(join(this.#dir, file), JSON.stringify(value))
  }
}

/** A token comes from outside. */
const safe = (key: string) => key.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_')
