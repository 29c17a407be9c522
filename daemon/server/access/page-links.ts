// Links to the page for people: each has a code that counts once and for a moment, and for which the page gets a token of
// its own, with the rights of whoever asked for the link. The codes are in memory alone.
import { covers, type Rights } from '../../../protocol/access.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { PageCode, TokenInfo } from '../../../protocol/words.ts'
import type { Clock } from '../../system/clock.ts'
import type { Identity } from './authority.ts'
import { newSecret } from './secret.ts'
import type { Tokens } from './tokens.ts'

type PageLinksOptions = {
  tokens: Pick<Tokens, 'addPage' | 'removePage' | 'isValid'>
  clock: Clock
  settings: Pick<Settings, 'pageTokenLife' | 'pageLinkLife'>
}

/** How many links may wait to be opened; the oldest one goes. */
const maxWaiting = 256

export class PageLinks {
  #options: PageLinksOptions
  #waiting = new Map<string, { giver: Identity; rights: Rights; untilMs: number }>()

  constructor(options: PageLinksOptions) {
    this.#options = options
  }

  /**
   * Makes a code for whoever asks, with their rights or with less.
   * @throws {P8aError} `forbidden` for more rights than those of the giver, and for a pod, which has no browser
   */
  make(giver: Identity, { role = giver.role, path }: { role?: Role | undefined; path: string }): PageCode {
    if (giver.pod !== undefined)
      throw new P8aError('forbidden', 'Cannot make a link to the page: a pod asks for it', {
        hint: { text: 'Ask for it by the command', do: { verb: 'page' } },
      })
    if (!covers(giver, { role, path }))
      throw new P8aError('forbidden', 'Cannot make a link to the page: it would give more rights than yours', {
        hint: `Yours is ${giver.role}`,
      })
    const { clock, settings } = this.#options
    this.#forgetOld()
    const code = newSecret()
    const untilMs = clock.wallMs() + settings.pageLinkLife
    this.#waiting.set(code, { giver, rights: { role, path }, untilMs })
    return { code, expiresAt: new Date(untilMs).toISOString() }
  }

  /**
   * Takes a code, which counts no more, and makes the token of the page.
   * @returns undefined if there is no such code
   */
  async take(code: string): Promise<(TokenInfo & { token: string }) | undefined> {
    this.#forgetOld()
    const waiting = this.#waiting.get(code)
    this.#waiting.delete(code)
    const { tokens, settings } = this.#options
    if (!waiting || (waiting.giver.token && !tokens.isValid(waiting.giver.token))) return undefined
    return await tokens.addPage(waiting.giver, { ...waiting.rights, lifeMs: settings.pageTokenLife })
  }

  /** Ends the token of a page. @returns false if the token is none */
  async leave({ token }: Identity): Promise<boolean> {
    return token !== undefined && (await this.#options.tokens.removePage(token))
  }

  #forgetOld(): void {
    const now = this.#options.clock.wallMs()
    for (const [code, { untilMs }] of this.#waiting) if (untilMs <= now) this.#waiting.delete(code)
    for (const code of this.#waiting.keys()) {
      if (this.#waiting.size < maxWaiting) return
      this.#waiting.delete(code)
    }
  }
}
