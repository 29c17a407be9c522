// The key of the tickets by which clients of TLS come back without a whole handshake. All runs of the gateway share one, in a file that
// only they can read, or else a client that meets another run would begin anew. It lasts for half a day: who gets it later can read no more.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeWhole } from '../../whole-file.ts'

const ticketKeyBytes = 48
const lastsMs = 12 * 60 * 60 * 1000
/** How often to look whether another run has made the next one. */
const lookMs = 60_000

export class TicketKeys {
  #file: string
  #use: (key: Buffer) => void
  #inUse = ''
  #timer: NodeJS.Timeout | undefined

  /** @param use takes the key, at first and whenever there is another one */
  constructor(file: string, use: (key: Buffer) => void) {
    this.#file = file
    this.#use = use
  }

  async open(): Promise<void> {
    await this.look(Date.now())
    this.#timer = setInterval(() => void this.look(Date.now()), lookMs).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Takes the key that the runs share now; whoever finds it too old makes the next one. Without the file each run has its own, which works too. */
  async look(nowMs: number): Promise<void> {
    try {
      const key = (await this.#read(nowMs)) ?? (await this.#make(nowMs))
      if (key === this.#inUse) return
      this.#inUse = key
      this.#use(Buffer.from(key, 'base64'))
    } catch {
      // The disk is full, or the folder is away: the key that is in use stays so.
    }
  }

  /** @returns undefined if there is none that is good */
  async #read(nowMs: number): Promise<string | undefined> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    const [key = '', madeAt = ''] = text.split('\n')
    const ageMs = nowMs - Date.parse(madeAt)
    return Buffer.from(key, 'base64').length === ticketKeyBytes && ageMs < lastsMs && ageMs > -lastsMs ? key : undefined
  }

  /** Two runs may do so in one moment; then both find at their next look whose was the last. */
  async #make(nowMs: number): Promise<string> {
    const key = randomBytes(ticketKeyBytes).toString('base64')
    await writeWhole(this.#file, `${key}\n${new Date(nowMs).toISOString()}\n`)
    return key
  }
}
