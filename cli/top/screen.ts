// The whole screen of a terminal, drawn row by row: only rows that changed are sent, so that it works over slow lines. It
// knows nothing of what it shows.
import { emitKeypressEvents, type Key as Pressed } from 'node:readline'
import { openStdout } from '../say/print.ts'

const esc = '\u001b'
const enter = `${esc}[?1049h${esc}[?25l${esc}[2J`
const leave = `${esc}[?25h${esc}[?1049l`
const usual = { columns: 80, rows: 24 }

export type Size = { columns: number; rows: number }

type Options = {
  onKey: (key: string) => void
  onResize: () => void
}

export class Screen {
  #options: Options
  #out = openStdout()
  #shown: readonly string[] = []
  #isBusy = false
  #waiting: readonly string[] | undefined

  constructor(options: Options) {
    this.#options = options
    this.#out.write(enter)
    emitKeypressEvents(process.stdin)
    process.stdin.setRawMode(true)
    process.stdin.on('keypress', this.#onKeypress)
    process.stdin.on('end', this.#onEnd)
    process.stdin.resume()
    this.#out.on('resize', this.#onResize)
    process.on('exit', this.#leave)
    for (const signal of ending) process.on(signal, this.#onEnd)
  }

  /** A terminal that does not know its size has the usual one. */
  get size(): Size {
    return { columns: this.#out.columns || usual.columns, rows: this.#out.rows || usual.rows }
  }

  draw(rows: readonly string[]): void {
    // Where the line is slow, what was to be shown meanwhile is not worth sending.
    if (this.#isBusy) {
      this.#waiting = rows
      return
    }
    const changed = rows.flatMap((row, at) => (row === this.#shown[at] ? [] : [`${esc}[${at + 1};1H${row}${esc}[K`]))
    this.#shown = rows
    if (changed.length === 0 || this.#out.write(changed.join(''))) return
    this.#isBusy = true
    this.#out.once('drain', () => {
      this.#isBusy = false
      const waiting = this.#waiting
      this.#waiting = undefined
      if (waiting) this.draw(waiting)
    })
  }

  close(): void {
    process.off('exit', this.#leave)
    for (const signal of ending) process.off(signal, this.#onEnd)
    process.stdin.off('keypress', this.#onKeypress)
    process.stdin.off('end', this.#onEnd)
    this.#out.off('resize', this.#onResize)
    process.stdin.setRawMode(false)
    process.stdin.pause()
    this.#leave()
  }

  #leave = () => void this.#out.write(leave)

  #onKeypress = (_text: string | undefined, pressed: Pressed) => this.#options.onKey(keyOf(pressed))

  /** The terminal is gone, or somebody ends the program: then the terminal has to be as it was. */
  #onEnd = () => this.#options.onKey('ctrl-c')

  #onResize = () => {
    this.#shown = []
    this.#out.write(`${esc}[2J`)
    this.#options.onResize()
  }
}

const ending = ['SIGTERM', 'SIGHUP'] as const

/** `up`, `return`, `ctrl-c`, or the character that was typed. */
function keyOf({ name, sequence = '', ctrl }: Pressed): string {
  if (ctrl) return `ctrl-${name}`
  if (name === 'enter') return 'return'
  if (name !== undefined && (name.length > 1 || sequence.startsWith(esc))) return name
  return sequence
}
