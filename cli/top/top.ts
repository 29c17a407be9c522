// The live table: what the host tells and what is typed change its state, and the state is drawn. It decides nothing.
import { P8aError } from '../../protocol/errors.ts'
import { fullName } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { SeenLines } from '../remote/seen-lines.ts'
import { LogLines } from '../say/log-line.ts'
import type { Output } from '../say/output.ts'
import { podLine } from '../say/pod-table.ts'
import { type Effect, onKey } from './keys.ts'
import { Screen } from './screen.ts'
import { beginning, type Mode, type Top, type Verb } from './state.ts'
import { pageOf, view } from './view.ts'
import { Watched } from './watched.ts'
import { Cut } from './wrap.ts'

/** How often it is drawn at most as the host tells of changes, and how often at least, for what counts seconds. */
const drawMs = 100
const tickMs = 1000
/** How many lines of a log are asked for, and how many are kept. */
const firstLines = 500
const mostLines = 5000

type Options = Omit<Parameters<typeof Watched.open>[0], 'within' | 'usage' | 'onChange' | 'signal'> & { output: Output }

export class TopTable {
  #top: Top
  #output: Output
  #cut: Cut
  #screen: Screen | undefined
  #watched: Watched | undefined
  #leaving = new AbortController()
  #log: AbortController | undefined
  #due: ReturnType<typeof setTimeout> | undefined
  #isDrawn = false

  private constructor({ remote, output }: Options, cut: Cut) {
    this.#cut = cut
    this.#top = beginning(remote.name)
    this.#output = output
  }

  /** Shows it until somebody quits. @throws {P8aError} what keeps it from the host for good */
  static async run(options: Options): Promise<void> {
    await new TopTable(options, await Cut.load()).#run(options)
  }

  async #run({ remote, reach }: Options): Promise<void> {
    const { signal } = this.#leaving
    const watched = await Watched.open({
      remote,
      reach,
      signal,
      within: true,
      usage: true,
      onChange: one => this.#take(one),
    })
    this.#watched = watched
    const screen = new Screen({ onKey: key => this.#press(key), onResize: () => this.#draw() })
    this.#screen = screen
    const tick = setInterval(() => this.#draw(), tickMs)
    try {
      await watched.run()
    } finally {
      clearInterval(tick)
      clearTimeout(this.#due)
      this.#log?.abort()
      this.#screen = undefined
      screen.close()
    }
  }

  #take({ pods, usage, link, isKnown }: Watched): void {
    this.#top = { ...this.#top, pods, usage, link }
    // The first picture has pods, and comes as soon as they are told.
    if (this.#isDrawn) this.#soon()
    else if (isKnown) this.#draw()
  }

  #press(key: string): void {
    const { top, effect } = onKey(this.#top, key, pageOf(this.#screen?.size.rows ?? 1))
    this.#top = top
    if (effect) this.#do(effect)
    this.#draw()
  }

  #do(effect: Effect): void {
    if (effect.do === 'quit') this.#leaving.abort()
    else if (effect.do === 'verb') void this.#act(effect.verb, effect.pod)
    else if (effect.do === 'log') void this.#follow(effect.pod)
    else this.#log?.abort()
  }

  async #act(verb: Verb, pod: PodStatus): Promise<void> {
    const name = fullName(pod)
    this.#note(`${doing[verb]} ${name} …`)
    try {
      const host = this.#watched?.session.host
      if (!host) return
      const asked = { name: pod.name, path: pod.path }
      if (verb === 'restart') this.#note(podLine(await host.client.call('pod.restart', asked)))
      else if (verb === 'stop') this.#note(`${name} is ${(await host.client.call('pod.stop', asked)).status}`)
      else {
        // With what it had before; a script begins once more, and what never ran begins as it was pushed.
        await host.client.call(pod.kind === 'script' || pod.version === 0 ? 'pod.start' : 'pod.wake', asked)
        this.#note(`${name} is started`)
      }
    } catch (error) {
      this.#note(error instanceof P8aError ? error.message : String(error))
    }
  }

  /** Shows the log of a pod as it grows, also over the end of the host. */
  async #follow(pod: PodStatus): Promise<void> {
    this.#log?.abort()
    const ending = new AbortController()
    const signal = AbortSignal.any([ending.signal, this.#leaving.signal])
    this.#log = ending
    const asked = { name: pod.name, limit: firstLines, follow: true }
    const seen = new SeenLines(asked, Date.now())
    const lines = new LogLines(this.#output)
    let isAgain = false
    try {
      await this.#watched?.session.lasting(async host => {
        const query = isAgain ? seen.again() : asked
        isAgain = true
        try {
          for await (const entries of host.client.logs({ ...query, path: pod.path }, { signal })) {
            if (signal.aborted) return
            this.#show(
              pod,
              seen.fresh(entries).map(entry => lines.render(entry)),
            )
          }
        } catch (error) {
          if (!signal.aborted) throw error
        }
      })
    } catch (error) {
      if (!signal.aborted) this.#note(error instanceof P8aError ? error.message : String(error))
    }
  }

  #show(pod: PodStatus, lines: readonly string[]): void {
    const { mode } = this.#top
    if (mode.is !== 'log' || mode.pod !== fullName(pod)) return
    const all = [...mode.lines, ...lines].slice(-mostLines)
    // Whoever has scrolled back goes on reading where they are.
    const back = mode.back === 0 ? 0 : Math.min(mode.back + lines.length, all.length - 1)
    const next: Mode = { ...mode, lines: all, back }
    this.#top = { ...this.#top, mode: next }
    this.#soon()
  }

  #note(note: string): void {
    this.#top = { ...this.#top, note }
    this.#soon()
  }

  #soon(): void {
    this.#due ??= setTimeout(() => this.#draw(), drawMs)
  }

  #draw(): void {
    clearTimeout(this.#due)
    this.#due = undefined
    const screen = this.#screen
    if (!screen) return
    this.#isDrawn = true
    const paint = this.#output.paint.bind(this.#output)
    screen.draw(view(this.#top, { ...screen.size, nowMs: Date.now(), paint, cut: this.#cut }))
  }
}

const doing = { stop: 'Stopping', restart: 'Restarting', start: 'Starting' }
