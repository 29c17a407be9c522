// What happens in the page: signing in, the connection and what it tells, where we are, and what is asked for.
import type { PodChange } from '../protocol/changes.ts'
import { countByState } from '../protocol/pod-order.ts'
import { actsOn, endToken, hold, runVersion, work } from './act.ts'
import { fragmentOf, routeOf } from './state/route.ts'
import { type Me, Store } from './state/store.ts'
import type { Desk, Theme } from './view/desk.ts'
import { backoffMs } from './wire/backoff.ts'
import { Lines } from './wire/lines.ts'
import { codeOf, enter, forgetToken, keepToken, keptToken } from './wire/sign-in.ts'
import { WireError } from './wire/wire-error.ts'
import { amountsIn } from './words/amounts.ts'
import { chooseLanguage, isLanguage, type Language, sayIn } from './words/words.ts'

/** Beside which everything is: the page may be at any path behind a proxy. */
const base = new URL('.', location.href.split('#', 1)[0])

/** How long a host may take to end a token before we go anyway. */
const leaveMs = 1000

/** How often to ask what pods use at most. */
const leastUsageMs = 5000

/** How often what counts down is shown anew. */
const tickMs = 1000

export class Controller {
  #store = new Store(work => requestAnimationFrame(work))
  #lines: Lines | undefined
  #usageTimer: ReturnType<typeof setTimeout> | undefined
  /** Tries a code again that the host has not answered. */
  #enterNow: (() => void) | undefined
  #language: Language
  #theme: Theme
  #say
  #amounts
  #acts = actsOn(this.#store, () => this.desk())

  constructor() {
    const kept = localStorage.getItem('p8a.language') ?? undefined
    this.#language = isLanguage(kept) ? kept : chooseLanguage(navigator.languages)
    this.#say = sayIn(this.#language)
    this.#amounts = amountsIn(this.#language, this.#say)
    this.#theme = themeOf(localStorage.getItem('p8a.theme'))
    this.#dress()
  }

  onDraw = (draw: () => void): (() => void) => {
    return this.#store.onChange(() => {
      document.title = titleOf(this.#store, this.#placeNow())
      draw()
    })
  }

  /** What is open, in a word. */
  #placeNow(): string {
    const { view, pod } = routeOf(location.hash)
    return pod ?? this.#say(`nav.${view}`)
  }

  async begin(): Promise<void> {
    addEventListener('hashchange', () => void this.#onMoved())
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#retry()
    })
    addEventListener('online', () => this.#retry())
    setInterval(() => {
      if (!document.hidden) this.#store.changed()
    }, tickMs)
    if (codeOf(location.hash) !== undefined) return await this.#onMoved()
    const token = keptToken(sessionStorage)
    if (token === undefined) this.#signedOut()
    else this.#connect(token)
  }

  desk(): Desk {
    return {
      store: this.#store,
      say: this.#say,
      amounts: this.#amounts,
      language: this.#language,
      theme: this.#theme,
      nowMs: Date.now(),
      route: routeOf(location.hash),
      lines: this.#lines,
      ask: async (method, params) => {
        if (!this.#lines) throw new WireError('host_gone', this.#say('link.lost'))
        return await this.#lines.call(method, params)
      },
      act: (act, pod) => void this.#acts(act, pod),
      runVersion: (pod, version) => void runVersion(this.#store, this.desk(), { pod, version }),
      hold: (act, what) => void hold(this.#store, this.desk(), { act, ...what }),
      work: (act, what, onDone) => void work(this.#store, this.desk(), { act, what, onDone }),
      endToken: (name, onEnded) => void endToken(this.#store, this.desk(), { name, onEnded }),
      linkTo: fragmentOf,
      useToken: token => this.#connect(token),
      signOut: () => void this.#signOut(),
      tryNow: () => this.#tryNow(),
      speak: language => this.#speak(language),
      paint: theme => this.#paint(theme),
    }
  }

  /** A link may be opened in a tab that has the page already. */
  async #onMoved(): Promise<void> {
    const code = codeOf(location.hash)
    if (code === undefined) return this.#store.changed()
    // It counts once, and is of no use in the history.
    history.replaceState(null, '', `${base.pathname}#/pods`)
    try {
      this.#connect(await this.#enter(code))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      const kept = keptToken(sessionStorage)
      if (kept === undefined) this.#signedOut(this.#say('sign.bad.link', { why: error.message }))
      else this.#connect(kept)
    }
  }

  /** Until the host answers, which may begin anew just now. @throws {WireError} what it says to the code */
  async #enter(code: string): Promise<string> {
    const sinceMs = Date.now()
    for (let attempts = 1; ; attempts++) {
      try {
        return await enter(code, base)
      } catch (error) {
        if (error instanceof WireError) throw error
        this.#store.link = { is: 'lost', sinceMs, attempts }
        this.#store.changed()
        await new Promise<void>(resolve => {
          this.#enterNow = resolve
          setTimeout(resolve, backoffMs(attempts))
        })
      }
    }
  }

  #connect(token: string): void {
    this.#lines?.close()
    keepToken(sessionStorage, token)
    const socket = new URL('ws', base)
    socket.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:'
    const lines = new Lines({
      open: () => new WebSocket(socket),
      token,
      frame: work => requestAnimationFrame(work),
      onState: state => {
        if (lines !== this.#lines) return
        this.#store.link = state
        if (state.is === 'live') this.#watch(lines)
        this.#store.changed()
      },
    })
    this.#lines = lines
    this.#store.link = lines.state
    this.#store.changed()
    lines.begin()
  }

  /** After each loss again: the first that is told is how all pods are now. */
  #watch(lines: Lines): void {
    this.#store.me = meOf(lines.greeting)
    const { path } = this.#store.me
    const told = Promise.withResolvers<void>()
    lines
      .call('host.info', { path })
      .then(info => {
        // The files of this page are those of another version.
        if (this.#store.host && this.#store.host.version !== info.version) location.reload()
        this.#store.host = info
        this.#store.changed()
        // Then it is known which fleets there are.
        return told.promise
      })
      .then(() => this.#lookAtUsage(lines))
      .catch(ignoreLoss)
    lines
      .follow('host.watch', { path, within: true }, ({ changes }) => {
        this.#store.take(changes as PodChange[])
        told.resolve()
      })
      .done.catch(ignoreLoss)
  }

  /** As often as the host measures it, while somebody looks. */
  #lookAtUsage(lines: Lines): void {
    const { path } = this.#store.me
    const ask = async (path: string) => {
      const { everyMs, pods = [] } = await lines.call('pod.usage', { path, last: true })
      this.#store.takeUsage(path, pods)
      return everyMs
    }
    const look = async () => {
      if (document.hidden) return leastUsageMs
      // The host knows what its own pods use; of those elsewhere their fleet tells. A slow one delays nobody.
      for (const fleet of this.#store.fleets) void ask(fleet).catch(ignoreLoss)
      return await ask(path)
    }
    const again = (everyMs: number) => {
      if (everyMs > 0)
        this.#usageTimer = setTimeout(() => void look().then(again, ignoreLoss), Math.max(leastUsageMs, everyMs))
    }
    clearTimeout(this.#usageTimer)
    void look().then(again, ignoreLoss)
  }

  #signedOut(why?: string): void {
    this.#store.link = { is: 'signed-out', ...(why === undefined ? {} : { why }) }
    this.#store.changed()
  }

  /** The token of a page ends with it. One that was pasted is somebody's own, and stays. */
  async #signOut(): Promise<void> {
    const lines = this.#lines
    this.#lines = undefined
    forgetToken(sessionStorage)
    const left = lines?.call('host.page.leave', {}).catch(ignoreLoss)
    await Promise.race([left, new Promise(resolve => setTimeout(resolve, leaveMs))])
    lines?.close()
    this.#store.forget()
    this.#signedOut()
  }

  #tryNow(): void {
    const token = keptToken(sessionStorage)
    if (this.#store.link.is === 'refused' && token !== undefined) this.#connect(token)
    else this.#retry()
  }

  #retry(): void {
    if (this.#store.link.is !== 'lost') return
    this.#enterNow?.()
    this.#lines?.begin()
  }

  #speak(language: Language): void {
    this.#language = language
    this.#say = sayIn(language)
    this.#amounts = amountsIn(language, this.#say)
    localStorage.setItem('p8a.language', language)
    this.#dress()
  }

  #paint(theme: Theme): void {
    this.#theme = theme
    localStorage.setItem('p8a.theme', theme)
    this.#dress()
  }

  #dress(): void {
    const { documentElement } = document
    documentElement.lang = this.#language
    documentElement.dataset.theme = this.#theme
    this.#store.changed()
  }
}

/** How much is in trouble is seen from another tab, too; the history of a browser tells places of the page apart by it. */
function titleOf({ pods, me }: Store, place: string): string {
  const { error } = countByState(pods.values())
  return `${error > 0 ? `(${error}) ` : ''}${place} · ${me.path === '' ? location.host : me.path} · p8a`
}

function themeOf(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto'
}

function meOf(greeting: unknown): Me {
  const { name = '', role = 'read', path = '', expiresAt } = Object(greeting) as Partial<Me>
  return { name, role, path, ...(expiresAt === undefined ? {} : { expiresAt }) }
}

/** That the connection is lost is shown already. */
function ignoreLoss(error: unknown): void {
  if (!(error instanceof WireError)) throw error
}
