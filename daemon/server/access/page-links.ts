// Links to the page for people: each has a code that counts once and for a moment, and for which the page gets a token of
// its own, with the rights of whoever asked for the link. Only the hash of a code is kept, as of a token.
import { createHash } from 'node:crypto'
import { covers } from '../../../protocol/access.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { PageCode, TokenInfo } from '../../../protocol/words-host.ts'
import type { Clock } from '../../system/clock.ts'
import type { DataPaths } from '../../system/paths.ts'
import type { Identity } from './authority.ts'
import { type KeptCode, readPageCodes, writePageCodes } from './page-codes-file.ts'
import { newSecret } from './secret.ts'
import type { Tokens } from './tokens.ts'

type PageLinksOptions = {
  tokens: Pick<Tokens, 'addPage' | 'removePage' | 'withHash'>
  paths: Pick<DataPaths, 'pageCodes'>
  clock: Clock
  settings: Pick<Settings, 'pageTokenLife' | 'pageLinkLife'>
}

/** How many links may wait to be opened; the oldest goes of the outermost path that has the most, so that nobody ends those of others. */
const maxWaiting = 256

export class PageLinks {
  #options: PageLinksOptions
  /** By hash. Read when they are first needed, which few hosts ever do. */
  #waiting: Promise<Map<string, KeptCode>> | undefined
  #saving = Promise.resolve()

  constructor(options: PageLinksOptions) {
    this.#options = options
  }

  /**
   * Makes a code for whoever asks, with their rights or with less.
   * @throws {P8aError} `forbidden` for more rights than those of the giver, and for a pod, which has no browser;
   *   `no_space`, `save_failed`
   */
  async make(
    giver: Identity,
    { role = giver.role, path }: { role?: Role | undefined; path: string },
  ): Promise<PageCode> {
    if (giver.pod !== undefined)
      throw new P8aError('forbidden', 'Cannot make a link to the page: a pod asks for it', {
        hint: { text: 'Ask for it by the command', do: { verb: 'page' } },
      })
    if (!covers(giver, { role, path }))
      throw new P8aError('forbidden', 'Cannot make a link to the page: it would give more rights than yours', {
        hint: `Yours is ${giver.role}`,
      })
    const { clock, settings } = this.#options
    const waiting = await this.#current()
    while (waiting.size >= maxWaiting) waiting.delete(oldestOfMost(waiting))
    const code = newSecret()
    const expiresAt = new Date(clock.wallMs() + settings.pageLinkLife).toISOString()
    const token = giver.token && { token: giver.token.hash.toString('hex') }
    const kept = { hash: hashOf(code), by: giver.name, ...token, role, path, expiresAt }
    waiting.set(kept.hash, kept)
    await this.#save(waiting, () => waiting.delete(kept.hash))
    return { code, expiresAt }
  }

  /**
   * Takes a code, which counts no more, also after the death of the host, and makes the token of the page.
   * @returns undefined if there is no such code
   * @throws {P8aError} `no_space`, `save_failed`
   */
  async take(code: string): Promise<(TokenInfo & { token: string }) | undefined> {
    const waiting = await this.#current()
    const kept = waiting.get(hashOf(code))
    if (!kept) return undefined
    waiting.delete(kept.hash)
    await this.#save(waiting, () => waiting.set(kept.hash, kept))
    const { tokens, settings } = this.#options
    const token = kept.token === undefined ? undefined : tokens.withHash(kept.token)
    if (kept.token !== undefined && !token) return undefined
    const { by, role, path } = kept
    return await tokens.addPage({ name: by, ...(token && { token }) }, { role, path, lifeMs: settings.pageTokenLife })
  }

  /** Ends the token of a page. @returns false if the token is none */
  async leave({ token }: Identity): Promise<boolean> {
    return token !== undefined && (await this.#options.tokens.removePage(token))
  }

  /** Those that wait, without those that are too old. */
  async #current(): Promise<Map<string, KeptCode>> {
    this.#waiting ??= this.#read()
    const waiting = await this.#waiting
    const now = this.#options.clock.wallMs()
    for (const [hash, { expiresAt }] of waiting) if (Date.parse(expiresAt) <= now) waiting.delete(hash)
    return waiting
  }

  async #read(): Promise<Map<string, KeptCode>> {
    try {
      return new Map((await readPageCodes(this.#options.paths.pageCodes)).map(kept => [kept.hash, kept]))
    } catch (error) {
      this.#waiting = undefined
      throw error
    }
  }

  /** A change is undone if it cannot be saved. */
  async #save(waiting: Map<string, KeptCode>, undo: () => void): Promise<void> {
    const file = this.#options.paths.pageCodes
    const saving = this.#saving.then(() => writePageCodes(file, [...waiting.values()]))
    this.#saving = saving.catch(() => {})
    await saving.catch(error => {
      undo()
      throw error
    })
  }
}

/** @returns its hash */
function oldestOfMost(waiting: ReadonlyMap<string, KeptCode>): string {
  const byPath = Map.groupBy(waiting.values(), ({ path }) => path.split('.', 1)[0])
  const [most = []] = [...byPath.values()].sort((a, b) => b.length - a.length)
  return most[0]?.hash ?? ''
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}
