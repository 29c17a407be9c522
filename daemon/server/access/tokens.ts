// The tokens of a host: made, kept, found again, ended. Only the hash of a secret is kept, except for the secret in the
// file `token`, which this user's own `pod` reads. A plain SHA-256 is right here, and a slow hash would be wrong: a
// secret has 256 random bits, so nobody finds it by trying, and a wrong secret should cost the host little.
import { createHash, timingSafeEqual } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { covers, type Rights } from '../../../protocol/access.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { checkName, isWithin, quote } from '../../../protocol/names.ts'
import type { Role } from '../../../protocol/roles.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { TokenInfo } from '../../../protocol/words-host.ts'
import { type Clock, timeText } from '../../system/clock.ts'
import type { DataPaths } from '../../system/paths.ts'
import { newSecret } from './secret.ts'
import { loadToken } from './token-file.ts'
import { readTokens, type TokenFile, writeTokens } from './tokens-file.ts'

/** The token that the host makes at its first start. Its owner may do anything. */
export const defaultToken = 'default'

/** A valid token. */
export type Token = { name: string; role: Role; path: string; createdAt?: string; expiresAtMs?: number; hash: Buffer }

type TokensOptions = { paths: DataPaths; clock: Clock; settings: Pick<Settings, 'maxPathTokens'> }

export class Tokens {
  #paths: DataPaths
  #clock: Clock
  #settings: Pick<Settings, 'maxPathTokens'>
  #all = new Map<string, Token>()
  #saving = Promise.resolve()
  #onRemoved: ((token: Token) => void)[] = []

  constructor({ paths, clock, settings }: TokensOptions) {
    this.#paths = paths
    this.#clock = clock
    this.#settings = settings
  }

  /** Calls `onRemoved` with each token that is removed from now on. */
  whenRemoved(onRemoved: (token: Token) => void): void {
    this.#onRemoved.push(onRemoved)
  }

  /** @throws {P8aError} `bad_settings`, naming the file */
  async load(): Promise<void> {
    const file = await readTokens(this.#paths.tokens)
    if (file.default) await this.#loadDefault()
    for (const { expiresAt, hash, createdAt, ...token } of file.tokens) {
      const expiry = expiresAt === undefined ? {} : { expiresAtMs: Date.parse(expiresAt) }
      this.#all.set(token.name, { ...token, createdAt, ...expiry, hash: Buffer.from(hash, 'hex') })
    }
  }

  /**
   * The valid token with this secret. All are compared, each completely, so that the time reveals nothing about them.
   */
  find(secret: unknown): Token | undefined {
    const found = this.#known(secret)
    return found && this.isValid(found) ? found : undefined
  }

  /** The token with this secret, if it is there and has expired. */
  findExpired(secret: unknown): Token | undefined {
    const found = this.#known(secret)
    return found && !this.isValid(found) ? found : undefined
  }

  #known(secret: unknown): Token | undefined {
    const hash = digest(typeof secret === 'string' ? secret : '')
    let found: Token | undefined
    for (const token of this.#all.values()) if (timingSafeEqual(hash, token.hash)) found = token
    return found
  }

  /** The valid token whose secret has this SHA-256, hex. */
  withHash(hash: string): Token | undefined {
    for (const token of this.#all.values()) if (token.hash.toString('hex') === hash && this.isValid(token)) return token
    return undefined
  }

  /** Whether it still exists and has not expired. */
  isValid(token: Token): boolean {
    return this.#all.get(token.name) === token && (token.expiresAtMs ?? Infinity) > this.#clock.wallMs()
  }

  /** The tokens that `rights` allow to see, by name, including expired ones until they are removed. */
  list(rights: Rights): TokenInfo[] {
    const known = [...this.#all.values()].filter(({ path }) => isWithin(rights.path, path))
    return known.map(infoOf).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /**
   * Makes a token with no more rights than `giver` has. It may replace an expired token of the same name.
   * @throws {P8aError} `bad_name`, `token_exists`, `forbidden`, `quota_exceeded`, `no_space`, `save_failed`
   */
  async add(
    wanted: { name: string; role: Role; path: string; expiresInMs?: number | undefined },
    giver: Rights,
  ): Promise<TokenInfo & { token: string }> {
    const { role, expiresInMs } = wanted
    const name = checkName(wanted.name, 'token')
    const path =
      wanted.path === ''
        ? ''
        : wanted.path
            .split('.')
            .map(part => checkName(part, 'host'))
            .join('.')
    if (!covers(giver, { role, path })) throw tooMuch(name, giver)
    const before = this.#all.get(name)
    if (name === defaultToken || name === 'local' || (before && this.isValid(before))) throw taken(name)
    if (!before) this.#refuseTooMany(name, giver)
    const secret = newSecret()
    const now = this.#clock.wallMs()
    const expiry = expiresInMs === undefined ? {} : { expiresAtMs: now + expiresInMs }
    const token: Token = { name, role, path, createdAt: timeText(this.#clock), ...expiry, hash: digest(secret) }
    await this.#change(() => this.#all.set(name, token), before, name)
    return { ...infoOf(token), token: secret }
  }

  /**
   * Makes the token of a page. It ends with the token of whoever gave the link, and is named after it: `ci/page-3`, where no
   * one can name a token so. Those that have expired go, and the oldest of too many.
   * @throws {P8aError} `no_space`, `save_failed`
   */
  async addPage(
    giver: { name: string; token?: Token },
    { role, path, lifeMs }: Rights & { lifeMs: number },
  ): Promise<TokenInfo & { token: string }> {
    const prefix = `${giver.name.split('/', 1)[0]}/page-`
    const pages = [...this.#all.values()].filter(({ name }) => name.startsWith(prefix))
    const numbers = pages.map(({ name }) => Number(name.slice(prefix.length)))
    const name = `${prefix}${Math.max(0, ...numbers) + 1}`
    for (const old of superfluous(pages, page => this.isValid(page))) await this.#removeOne(old)
    const expiresAtMs = Math.min(this.#clock.wallMs() + lifeMs, giver.token?.expiresAtMs ?? Infinity)
    const secret = newSecret()
    const token: Token = { name, role, path, createdAt: timeText(this.#clock), expiresAtMs, hash: digest(secret) }
    await this.#change(() => this.#all.set(name, token), undefined, name)
    return { ...infoOf(token), token: secret }
  }

  /** @returns whether it is the token of a page, which is gone now @throws {P8aError} `no_space`, `save_failed` */
  async removePage(token: Token): Promise<boolean> {
    if (!token.name.includes('/')) return false
    if (this.#all.get(token.name) === token) await this.#removeOne(token)
    return true
  }

  /** Also the tokens of its pages. @throws {P8aError} `token_not_found`, `no_space`, `save_failed` */
  async remove(name: string, remover: Rights): Promise<void> {
    const token = this.#all.get(name)
    if (!token || !covers(remover, token)) throw notFound(name, this.list(remover))
    await this.#removeOne(token)
    if (name === defaultToken) await rm(this.#paths.token, { force: true })
    const pages = [...this.#all.values()].filter(page => page.name.startsWith(`${name}/`))
    for (const page of pages) await this.#removeOne(page)
  }

  /**
   * Each request looks at all tokens, so whoever has a path must not make them without end. One bound holds for all that lies in
   * an outermost path, however it is handed on.
   */
  #refuseTooMany(name: string, giver: Rights): void {
    const [outermost = ''] = giver.path.split('.', 1)
    if (outermost === '') return
    const there = [...this.#all.values()].filter(({ name, path }) => !name.includes('/') && isWithin(outermost, path))
    const most = this.#settings.maxPathTokens
    if (there.length >= most) throw tooMany(name, { path: outermost, most, used: there.length })
  }

  async #removeOne(token: Token): Promise<void> {
    await this.#change(() => this.#all.delete(token.name), token, token.name)
    for (const onRemoved of this.#onRemoved) onRemoved(token)
  }

  async #loadDefault(): Promise<void> {
    const secret = await loadToken(this.#paths.token)
    this.#all.set(defaultToken, { name: defaultToken, role: 'admin', path: '', hash: digest(secret) })
  }

  /** The change takes effect at once, and is undone if it cannot be saved. */
  async #change(change: () => void, before: Token | undefined, name: string): Promise<void> {
    change()
    const saving = this.#saving.then(() => this.#save())
    this.#saving = saving.catch(() => {})
    await saving.catch(error => {
      if (before) this.#all.set(name, before)
      else this.#all.delete(name)
      throw error
    })
  }

  async #save(): Promise<void> {
    const kept = [...this.#all.values()].filter(({ name }) => name !== defaultToken)
    const tokens = kept.map(token => ({
      ...infoOf(token),
      createdAt: token.createdAt ?? '',
      hash: token.hash.toString('hex'),
    }))
    const file: TokenFile = { v: 1, default: this.#all.has(defaultToken), tokens }
    await writeTokens(this.#paths.tokens, file)
  }
}

/** How many pages of one giver may be open. */
const maxPages = 64

/** The pages that have to go, so that there is room for one more. */
function superfluous(pages: readonly Token[], isValid: (page: Token) => boolean): Token[] {
  const valid = pages.filter(isValid).sort((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : 1))
  return [...pages.filter(page => !isValid(page)), ...valid.slice(0, Math.max(0, valid.length + 1 - maxPages))]
}

function infoOf({ name, role, path, createdAt, expiresAtMs }: Token): TokenInfo {
  const expiry = expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }
  return { name, role, path, ...(createdAt === undefined ? {} : { createdAt }), ...expiry }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function tooMuch(name: string, { role, path }: Rights): P8aError {
  const where = path === '' ? '' : ` at ${quote(path)}`
  return new P8aError('forbidden', `Cannot add the token ${quote(name)}: it would have more rights than yours`, {
    hint: `Yours is ${role}${where}`,
    facts: { token: name },
  })
}

function tooMany(name: string, { path, most, used }: { path: string; most: number; used: number }): P8aError {
  return new P8aError(
    'quota_exceeded',
    `Cannot add the token ${quote(name)}: ${quote(path)} may have ${most} tokens, and has ${used} (maxPathTokens)`,
    {
      hint: {
        text: 'Remove one that is not needed, or has expired',
        do: { verb: 'host token remove', args: ['NAME'] },
      },
      facts: { token: name, quota: path, key: 'tokens', most, used, more: 1 },
    },
  )
}

function taken(name: string): P8aError {
  const isReserved = name === defaultToken || name === 'local'
  const why = isReserved ? 'that name is reserved' : 'there is one'
  return new P8aError('token_exists', `Cannot add the token ${quote(name)}: ${why}`, {
    hint: isReserved
      ? 'Choose another name'
      : { text: 'Choose another name, or remove that one first', do: { verb: 'host token remove', args: [name] } },
    facts: { token: name },
  })
}

function notFound(name: string, known: TokenInfo[]): P8aError {
  return new P8aError('token_not_found', `There is no token ${quote(name)}`, {
    hint:
      known.length > 0
        ? `There are: ${known.map(token => token.name).join(', ')}`
        : { text: 'Add one', do: { verb: 'host token add', args: ['NAME'] } },
    facts: { token: name.slice(0, 100) },
  })
}
