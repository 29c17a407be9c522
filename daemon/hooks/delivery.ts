// One webhook: it sends event after event, each until it is taken or was sent too often in vain, and remembers how far it is. It has a
// number and nothing else, so a receiver that is dead costs nothing but that.
import { setTimeout as delay } from 'node:timers/promises'
import type { HostEvent } from '../../protocol/events.ts'
import type { HookInfo, HookTrouble } from '../../protocol/hook.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { Journal } from '../events/journal.ts'
import { arrived, behind, type Page } from '../events/reading.ts'
import { type Hook, type HookPlace, readHookPlace, writeHookPlace } from '../store/hooks-file.ts'
import type { Clock } from '../system/clock.ts'
import type { HostLog } from '../system/host-log.ts'
import type { DataPaths } from '../system/paths.ts'
import { signed } from './sign.ts'

export type DeliveryNeeds = {
  journal: Journal
  paths: Pick<DataPaths, 'hooks' | 'hookPlaces'>
  settings: Pick<Settings, 'hookTimeout' | 'hookAttempts' | 'hookMaxDelay'>
  clock: Clock
  log: HostLog
  /** The id of the host. */
  id: string
  version: string
  doors: () => readonly string[]
}

/** How many events are in memory at a time. */
const pageLength = 32
const firstDelayMs = 1000
/** After so many events that it does not send, how far it is is saved all the same. */
const saveAfter = 1000

export class Delivery {
  readonly hook: Hook
  #needs: DeliveryNeeds
  #place: HookPlace
  #saved: number
  #isPlaced: boolean
  #trouble: HookTrouble | undefined
  #ending = new AbortController()
  #over: Promise<void>

  /** @param place undefined where it could not be read: nothing is sent before it can be */
  constructor(hook: Hook, place: HookPlace | undefined, needs: DeliveryNeeds) {
    this.hook = hook
    this.#needs = needs
    this.#isPlaced = place !== undefined
    this.#place = this.#known(place ?? { after: hook.from, delivered: 0, dropped: 0 })
    this.#saved = place?.after ?? this.#place.after
    this.#over = this.#run(this.#ending.signal).catch(error => {
      needs.log.error('hook', `the webhook ${hook.id} ended`, { err: error })
    })
  }

  get info(): HookInfo {
    const { secret: _, from: __, types, name, ...hook } = this.hook
    return {
      ...hook,
      ...(types && { types }),
      ...(name !== undefined && { name }),
      ...this.#place,
      ...(this.#trouble && { trouble: this.#trouble }),
    }
  }

  /** Sends nothing more. The next host goes on from here. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#over
    if (this.#place.after !== this.#saved) await this.#save()
  }

  /** A journal that was lost counts anew. */
  #known(place: HookPlace): HookPlace {
    return { ...place, after: Math.min(place.after, this.#needs.journal.last) }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { journal } = this.#needs
    await this.#findPlace(signal)
    while (!signal.aborted) {
      if (this.#place.after >= journal.last) {
        await arrived(journal, signal)
        continue
      }
      const page = await this.#read(signal)
      if (!page) return
      const { events, at } = page
      for (const event of events) {
        if (!(await this.#deliver(event, signal))) return
        this.#place.after = event.number
        await this.#save()
      }
      this.#place.after = at
      if (at - this.#saved >= saveAfter) await this.#save()
    }
  }

  async #findPlace(signal: AbortSignal): Promise<void> {
    const { paths, log } = this.#needs
    for (let attempts = 1; !signal.aborted && !this.#isPlaced; attempts++) {
      try {
        const place = await readHookPlace(paths, this.hook)
        this.#place = this.#known(place)
        this.#saved = place.after
        this.#isPlaced = true
        this.#trouble = undefined
      } catch (error) {
        if (attempts === 1) log.error('hook', `how far the webhook ${this.hook.id} is cannot be read`, { err: error })
        await this.#wait({ attempts, why: `how far it is cannot be read: ${(error as Error).message}` }, signal)
      }
    }
  }

  /** Too many open files, or a disk that fails, may pass. @returns undefined once it is to end */
  async #read(signal: AbortSignal): Promise<Page | undefined> {
    const { journal, log } = this.#needs
    const { id, path, name, types } = this.hook
    for (let attempts = 1; !signal.aborted; attempts++) {
      try {
        const page = await behind(journal, this.#place.after, pageLength, { path, name, types, role: 'admin' })
        if (attempts > 1) this.#trouble = undefined
        return page
      } catch (error) {
        if (attempts === 1) log.error('hook', `the events for the webhook ${id} cannot be read`, { err: error })
        await this.#wait({ attempts, why: `the events cannot be read: ${(error as Error).message}` }, signal)
      }
    }
    return undefined
  }

  /** @returns whether it is done with the event */
  async #deliver(event: HostEvent, signal: AbortSignal): Promise<boolean> {
    const { settings, log } = this.#needs
    const { id } = this.hook
    for (let attempts = 1; !signal.aborted; attempts++) {
      const why = await this.#send(event, signal)
      if (signal.aborted) break
      if (why === undefined) {
        if (this.#trouble) log.info('hook', `the webhook ${id} is taken again`)
        this.#trouble = undefined
        this.#place.delivered++
        return true
      }
      if (!this.#trouble) log.warn('hook', `the webhook ${id} is not taken: ${why}`, { event: event.number })
      if (attempts >= settings.hookAttempts) {
        this.#place.dropped++
        log.warn('hook', `the webhook ${id} gave up an event: ${why}`, { event: event.number, attempts })
        return true
      }
      await this.#wait({ attempts, why }, signal)
    }
    return false
  }

  async #send(event: HostEvent, signal: AbortSignal): Promise<string | undefined> {
    const { settings, clock, id: host, version, doors } = this.#needs
    const { body, headers } = signed(event, { host, secret: this.hook.secret, nowMs: clock.wallMs() })
    const named = { ...headers, 'user-agent': `p8a/${version}` }
    const url = new URL(this.hook.url)
    // Node's modules for HTTP and TLS are loaded by hosts that have webhooks, and by no others.
    const { post } = await import('./post.ts')
    return await post({ url, body, headers: named, timeoutMs: settings.hookTimeout, doors, signal })
  }

  async #wait({ attempts, why }: Pick<HookTrouble, 'attempts' | 'why'>, signal: AbortSignal): Promise<void> {
    const { settings, clock } = this.#needs
    const most = Math.min(firstDelayMs * 2 ** Math.min(attempts - 1, 30), settings.hookMaxDelay)
    // Up to a quarter less, so that those who failed together do not come back together.
    const delayMs = Math.round(most * (1 - Math.random() / 4))
    const now = clock.wallMs()
    const since = this.#trouble?.since ?? new Date(now).toISOString()
    this.#trouble = { attempts, why, since, nextAt: new Date(now + delayMs).toISOString() }
    // Aborted, it just ends.
    await delay(delayMs, undefined, { signal, ref: false }).catch(() => {})
  }

  /** Where it cannot be saved, events may be sent twice after a death of the host. */
  async #save(): Promise<void> {
    const { paths, log } = this.#needs
    const { after } = this.#place
    try {
      await writeHookPlace(paths, this.hook.id, this.#place)
      this.#saved = after
    } catch (error) {
      log.warn('files', `Cannot save how far the webhook ${this.hook.id} is`, { err: error })
    }
  }
}
