// The certificates in a folder of the user's. It is watched: what is put there is in force at once, and a pair that is wrong for a moment,
// since its files come one after the other, leaves the one before it in force.
import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Certificate, isFor, readCertificate } from './certificate.ts'
import { type Pair, pairsOf } from './pairs.ts'
import type { Fault } from './shelf.ts'

/** The files of a pair come in one go; this is how long that may take. */
const settleMs = 200
/** What changes behind a link is not told by the folder, so that it is looked for. */
const lookMs = 10_000

export type Found = { certificates: Certificate[]; faults: Fault[] }

export class OwnFiles {
  #dir: string
  #changed: (found: Found) => void
  /** The last good pair of each label, with the text that it was read from. */
  #good = new Map<string, { text: string; certificate: Certificate }>()
  #watchers: FSWatcher[] = []
  #timer: NodeJS.Timeout | undefined
  #last = ''
  #isClosed = false

  constructor(dir: string, changed: (found: Found) => void) {
    this.#dir = dir
    this.#changed = changed
  }

  /** Reads the folder, and goes on to do so whenever it changes. Resolves once it was read for the first time. */
  async open(): Promise<void> {
    await this.#look()
  }

  /** Whether one of them is for a name, and lasts. */
  covers(name: string): boolean {
    return [...this.#good.values()].some(
      ({ certificate }) => isFor(certificate, name) && certificate.endsAtMs > Date.now(),
    )
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const watcher of this.#watchers.splice(0)) watcher.close()
  }

  async #look(): Promise<void> {
    const found = await this.#read()
    if (this.#isClosed) return
    this.#soon(lookMs)
    const now = JSON.stringify([found.certificates.map(({ label, pem }) => [label, pem]), found.faults])
    if (now === this.#last) return
    this.#last = now
    this.#changed(found)
  }

  #soon(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), ms).unref()
  }

  async #read(): Promise<Found> {
    const found: Found = { certificates: [], faults: [] }
    try {
      const pairs = await this.#pairs()
      for (const pair of pairs) await this.#readPair(pair, found)
      for (const label of this.#good.keys()) if (!pairs.some(pair => pair.label === label)) this.#good.delete(label)
    } catch (error) {
      // The folder is away: what it had is what there is.
      found.certificates = [...this.#good.values()].map(({ certificate }) => certificate)
      found.faults = [{ label: this.#dir, text: (error as Error).message }]
    }
    return found
  }

  /** Of the folder and of the folders in it, which are watched from now on. */
  async #pairs(): Promise<Pair[]> {
    const { folders, files } = await entriesOf(this.#dir)
    this.#watch([this.#dir, ...folders.map(folder => join(this.#dir, folder))])
    const within = folders.map(async folder => pairsOf((await entriesOf(join(this.#dir, folder))).files, `${folder}/`))
    return [...pairsOf(files), ...(await Promise.all(within)).flat()]
  }

  #watch(folders: readonly string[]): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close()
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#soon(settleMs))
        watcher.on('error', () => watcher.close())
        this.#watchers.push(watcher)
      } catch {
        // It is looked at every so often in any case.
      }
    }
  }

  async #readPair({ label, pem, key }: Pair, found: Found): Promise<void> {
    try {
      const texts = await this.#texts(pem, key)
      if (!texts) return
      const text = texts.pem + texts.key
      const before = this.#good.get(label)
      const read = before?.text === text ? before.certificate : readCertificate(label, texts)
      if (typeof read === 'object') {
        this.#good.set(label, { text, certificate: read })
        found.certificates.push(read)
        return
      }
      found.faults.push({ label, text: before ? `${read}; the one before stays in force` : read })
    } catch (error) {
      found.faults.push({ label, text: (error as Error).message })
    }
    const before = this.#good.get(label)
    if (before) found.certificates.push(before.certificate)
  }

  /** @returns undefined if the file is not about a certificate of ours */
  async #texts(pem: string, key: string | undefined): Promise<{ pem: string; key: string } | undefined> {
    const text = await readFile(join(this.#dir, pem), 'utf8')
    if (key !== undefined) return { pem: text, key: await readFile(join(this.#dir, key), 'utf8') }
    if (/^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY/m.test(text))
      return text.includes('BEGIN CERT') ? { pem: text, key: text } : undefined
    throw new Error(`it has no key: there is no ${pem.replace(/\.\w+$/, '.key')} beside it`)
  }
}

async function entriesOf(dir: string): Promise<{ folders: string[]; files: string[] }> {
  const entries = await readdir(dir, { withFileTypes: true })
  const folders = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  // Links may lead to files that are replaced elsewhere.
  const files = entries.filter(entry => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name)
  return { folders, files }
}
