// The store of a gateway that is alone with its names: files of its storage that only it can read, which all of its runs share.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere, writeWhole } from '../../whole-file.ts'
import { type Account, authorityId, type CertificateStore, type Plan, parsed, type Stored } from './store.ts'

export class FileStore implements CertificateStore {
  readonly takeUpMs = undefined
  #dir: string
  #challenges: string

  constructor(storage: string, directoryUrl: string) {
    this.#dir = join(storage, 'acme', authorityId(directoryUrl))
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

  async holdUntilMs(): Promise<number> {
    return (await this.#read<{ untilMs: number }>('hold.json'))?.untilMs ?? 0
  }

  async hold(untilMs: number): Promise<void> {
    await this.#write('hold.json', { untilMs })
  }

  async saveCertificate(name: string, stored: Stored): Promise<void> {
    await this.#write(`${name}.certificate`, stored)
  }

  async certificates(): Promise<Map<string, Stored>> {
    const files = (await readdir(this.#dir)).filter(file => file.endsWith('.certificate')).sort()
    const all = new Map<string, Stored>()
    for (const file of files) {
      const stored = await this.#read<Stored>(file)
      if (stored) all.set(file.slice(0, -'.certificate'.length), stored)
    }
    return all
  }

  async present(key: string, answer: string): Promise<void> {
    await writeWhole(join(this.#challenges, safe(key)), answer)
  }

  async withdraw(key: string): Promise<void> {
    await rm(join(this.#challenges, safe(key)), { force: true })
  }

  async presented(key: string): Promise<string | undefined> {
    return await readFile(join(this.#challenges, safe(key)), 'utf8').catch(() => undefined)
  }

  async #read<T>(file: string): Promise<T | undefined> {
    const text = await readIfThere(join(this.#dir, file))
    return text === undefined ? undefined : parsed<T>(text)
  }

  async #write(file: string, value: unknown): Promise<void> {
    await writeWhole(join(this.#dir, file), JSON.stringify(value))
  }
}

/** A token comes from outside. */
const safe = (key: string) => key.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_')
