// The webhooks of a host: which there are, and each one's delivery.
import { P8aError } from '../../protocol/errors.ts'
import type { HookInfo } from '../../protocol/hook.ts'
import { isWithin, quote } from '../../protocol/names.ts'
import type { Settings } from '../../protocol/settings.ts'
import { eraseHookPlace, type Hook, type KeptHooks, readHookPlace, readHooks, writeHooks } from '../store/hooks-file.ts'
import { isPassing } from '../store/state-file.ts'
import { timeText } from '../system/clock.ts'
import { Turns } from '../system/turns.ts'
import { Delivery, type DeliveryNeeds } from './delivery.ts'

export type HooksNeeds = DeliveryNeeds & { settings: Pick<Settings, 'maxHooks'> }

type Wanted = Pick<Hook, 'url' | 'path' | 'secret'> & { types?: Hook['types']; name?: string | undefined }

/** How long a name may take to be looked up before its hook is added all the same. */
const lookupMs = 3000
const readAgainMs = 2000

export class Hooks {
  #needs: HooksNeeds
  /** Undefined as long as the file cannot be read. */
  #kept: KeptHooks | undefined
  #deliveries = new Map<string, Delivery>()
  #turns = new Turns()
  /** The system failed when the file was read: it is read again. */
  #isToRead = false
  #timer: NodeJS.Timeout | undefined
  #isDetached = false

  private constructor(needs: HooksNeeds) {
    this.#needs = needs
  }

  /** A file that cannot be read keeps no host from starting: nobody is told until it can be. */
  static async open(needs: HooksNeeds): Promise<Hooks> {
    const hooks = new Hooks(needs)
    try {
      hooks.#kept = await readHooks(needs.paths)
    } catch (error) {
      needs.log.error('files', 'no webhook is told of events', { err: error })
      hooks.#isToRead = isPassing(error)
    }
    return hooks
  }

  /** From now on all of them are told, also those that were added meanwhile. */
  async begin(): Promise<void> {
    await this.#turns.take('hooks', async () => {
      for (const hook of this.#kept?.hooks ?? []) if (!this.#deliveries.has(hook.id)) await this.#begin(hook)
      if (this.#isToRead) this.#readLater()
    })
  }

  /** As {@link list}. @throws {P8aError} `state_broken` as long as it is not known which there are */
  async known(path: string): Promise<HookInfo[]> {
    await this.#turns.take('hooks', async () => await this.#readAgain())
    return this.list(path)
  }

  /** Of this host, and of those within it. */
  list(path: string): HookInfo[] {
    return [...this.#deliveries.values()].map(({ info }) => info).filter(info => isWithin(path, info.path))
  }

  /** @throws {P8aError} `bad_params`, also where there are too many; `no_space`, `save_failed`, `state_broken` */
  async add(wanted: Wanted): Promise<HookInfo> {
    const url = checkUrl(wanted.url)
    await this.#refuseHome(url)
    return await this.#turns.take('hooks', async () => {
      const { settings, clock, journal, paths } = this.#needs
      const { last, hooks } = await this.#readAgain()
      if (hooks.length >= settings.maxHooks) throw tooMany(settings.maxHooks)
      const id = last + 1
      const hook: Hook = { id: String(id), ...wanted, url: url.href, addedAt: timeText(clock), from: journal.last }
      const kept = { last: id, hooks: [...hooks, hook] }
      // If somebody has removed the file of the hooks, another one had this id.
      await eraseHookPlace(paths, hook.id).catch(() => {})
      await writeHooks(paths, kept)
      this.#kept = kept
      return (await this.#begin(hook)).info
    })
  }

  /** @param named its id, or its address @throws {P8aError} `hook_not_found`, `no_space`, `save_failed`, `state_broken` */
  async remove(named: string, path: string): Promise<Pick<HookInfo, 'id' | 'url'>> {
    return await this.#turns.take('hooks', async () => {
      const { paths } = this.#needs
      const { last, hooks } = await this.#readAgain()
      const known = hooks.filter(hook => isWithin(path, hook.path))
      const hook = known.find(({ id, url }) => id === named || url === named || url === hrefOf(named))
      if (!hook) throw unknown(named, known)
      const kept = { last, hooks: hooks.filter(other => other !== hook) }
      await writeHooks(paths, kept)
      this.#kept = kept
      await this.#deliveries.get(hook.id)?.end()
      this.#deliveries.delete(hook.id)
      await eraseHookPlace(paths, hook.id).catch(() => {})
      return { id: hook.id, url: hook.url }
    })
  }

  /** Nobody is told any more. */
  async detach(): Promise<void> {
    this.#isDetached = true
    clearTimeout(this.#timer)
    // A read that is under way may begin some.
    await this.#turns.take('hooks', async () => {
      await Promise.all([...this.#deliveries.values()].map(async delivery => await delivery.end()))
    })
  }

  /** What is kept. If that could not be read, it is tried again: nothing is written over what nobody has read. */
  async #readAgain(): Promise<KeptHooks> {
    return await this.#read().catch(error => {
      throw unread(error)
    })
  }

  async #read(): Promise<KeptHooks> {
    if (this.#kept) return this.#kept
    const kept = await readHooks(this.#needs.paths)
    for (const hook of kept.hooks) await this.#begin(hook)
    this.#kept = kept
    this.#needs.log.info('files', 'the webhooks are read, and are told of events')
    return kept
  }

  /** No verb may come that reads it. */
  #readLater(): void {
    this.#timer = setTimeout(
      () => void this.#turns.take('hooks', async () => await this.#readInTime()),
      Math.min(readAgainMs, this.#needs.settings.hookMaxDelay),
    ).unref()
  }

  async #readInTime(): Promise<void> {
    if (this.#isDetached) return
    try {
      await this.#read()
    } catch (error) {
      if (isPassing(error)) this.#readLater()
      else this.#needs.log.error('files', 'no webhook is told of events', { err: error })
    }
  }

  async #begin(hook: Hook): Promise<Delivery> {
    // Where it cannot be read now, the delivery waits for it.
    const place = await readHookPlace(this.#needs.paths, hook).catch(() => undefined)
    const delivery = new Delivery(hook, place, this.#needs)
    this.#deliveries.set(hook.id, delivery)
    return delivery
  }

  /** What a name means may change, so that is looked at again with each request. */
  async #refuseHome(url: URL): Promise<void> {
    const { addressesOf, leadsHome } = await import('./post.ts')
    const { promise, resolve } = Promise.withResolvers<never[]>()
    const late = setTimeout(() => resolve([]), lookupMs)
    const addresses = await Promise.race([addressesOf(url).catch(() => []), promise]).finally(() => clearTimeout(late))
    if (!leadsHome(url, addresses, this.#needs.doors())) return
    throw new P8aError('bad_params', `Cannot add webhook ${quote(url.href)}: that is an address of this host itself`, {
      hint: 'A pod gets the events of its host by p8a.events()',
      facts: { url: url.href },
    })
  }
}

/** @throws {P8aError} `bad_params` */
export function checkUrl(text: string): URL {
  const url = URL.parse(text)
  const why = !url
    ? 'it is no address'
    : !['http:', 'https:'].includes(url.protocol)
      ? `it begins with ${url.protocol}`
      : url.username !== '' || url.password !== ''
        ? 'a name or a password stands in it, which everyone who lists webhooks would see'
        : undefined
  if (url && why === undefined) return url
  const shown = url && (url.username !== '' || url.password !== '') ? url.host : text.slice(0, 200)
  throw new P8aError('bad_params', `Cannot add webhook ${quote(shown)}: ${why}`, {
    hint: 'An address is such as https://example.org/hooks/p8a; each request is signed with the secret',
    facts: { parameter: 'url' },
  })
}

function hrefOf(text: string): string | undefined {
  return URL.parse(text)?.href
}

function tooMany(most: number): P8aError {
  return new P8aError('bad_params', `Cannot add a webhook: there are ${most}, which is the most`, {
    hint: 'Remove one, or set maxHooks in host.json higher',
    facts: { limit: most },
  })
}

function unread(cause: unknown): unknown {
  if (!(cause instanceof P8aError)) return cause
  const { code, message, facts } = cause
  const hint = isPassing(cause)
    ? 'The system failed, and the file may be right: try again; if that stays, look at the health of the disk'
    : 'Repair the file, or move it away; it is read again when webhooks are listed, added or removed'
  return new P8aError(code, message, { hint, facts, cause })
}

function unknown(named: string, known: readonly Hook[]): P8aError {
  return new P8aError('hook_not_found', `There is no webhook ${quote(named.slice(0, 200))}`, {
    hint:
      known.length > 0
        ? `There are: ${known.map(({ id, url }) => `${id} (${url})`).join(', ')}`
        : 'There are no webhooks',
    facts: { hook: named.slice(0, 200) },
  })
}
