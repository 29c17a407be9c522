// Where the keys of tickets are: in a file that only the runs of the gateway can read, and, where several gateways share a Redis, in that,
// with the file as a copy for as long as it is away.
import { readFile } from 'node:fs/promises'
import { writeWhole } from '../../whole-file.ts'
import type { RedisLink } from '../registry/redis-link.ts'

export type TicketStore = {
  /** @returns an empty text if there is none */
  read(): Promise<string>
  /**
   * Stores another text, unless there is another one by now than `before`.
   * @returns what is stored then. @throws if nothing can be
   */
  replace(before: string, text: string): Promise<string>
}

/** keys: text; arguments: before, text, ms */
const replaceScript = `
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] then return now end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return ARGV[2]`

/** keys: text */
const readScript = `return redis.call('GET', KEYS[1]) or ''`

/** As long as a key is good for anything. */
const keptMs = 25 * 60 * 60_000

export class FileTickets implements TicketStore {
  #file: string

  constructor(file: string) {
    this.#file = file
  }

  async read(): Promise<string> {
    return await readFile(this.#file, 'utf8').catch(() => '')
  }

  /** Two runs may do so in one moment; then both find at their next look whose was the last. */
  async replace(_before: string, text: string): Promise<string> {
    await writeWhole(this.#file, text)
    return text
  }
}

export class RedisTickets implements TicketStore {
  #copy: TicketStore
  #link: Pick<RedisLink, 'run'>
  #key: string

  constructor({ copy, link, prefix }: { copy: TicketStore; link: Pick<RedisLink, 'run'>; prefix: string }) {
    this.#copy = copy
    this.#link = link
    this.#key = `${prefix}tickets`
  }

  /** A Redis that has none gets those of the copy. */
  async read(): Promise<string> {
    const own = await this.#copy.read()
    try {
      const shared = `${await this.#link.run(readScript, [this.#key], [])}`
      return shared === '' && own !== '' ? await this.#share('', own) : await this.#copied(shared, own)
    } catch {
      return own
    }
  }

  async replace(before: string, text: string): Promise<string> {
    try {
      return await this.#share(before, text)
    } catch {
      return await this.#copy.replace(before, text)
    }
  }

  async #share(before: string, text: string): Promise<string> {
    const stored = `${await this.#link.run(replaceScript, [this.#key], [before, text, keptMs])}`
    return await this.#copied(stored, '')
  }

  /** A copy that takes nothing now gets it at the next look. */
  async #copied(text: string, own: string): Promise<string> {
    if (text !== own) await this.#copy.replace(own, text).catch(() => {})
    return text
  }
}
