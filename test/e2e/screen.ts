// A pseudo-terminal with a program on it, made by script(1) of util-linux (`needs(test, 'script')`), and what a person sees there.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { until } from '../until.ts'

export class Screen {
  #child: ChildProcess
  #written = ''

  constructor(command: readonly string[], { env, cwd }: { env: Record<string, string>; cwd: string }) {
    const line = command.map(word => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    this.#child = spawn('script', ['-qfec', line, '/dev/null'], {
      env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
      cwd,
      stdio: 'pipe',
    })
    this.#child.stdout?.setEncoding('utf8').on('data', text => {
      this.#written += text
    })
  }

  /** What is to be read on it. */
  get text(): string {
    return shown(this.#written)
  }

  /** What it shows if programs draw on the whole of it: its rows, without spaces at their ends. */
  get rows(): string[] {
    return drawn(this.#written)
  }

  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  /**
   * Types what stands in « » of `transcript`, each as soon as the screen shows exactly what stands before it. A line is
   * ended where « » ends; a ^C at the end is pressed, which takes away what was typed before it.
   */
  async replay(transcript: string): Promise<void> {
    let expected = ''
    for (const [index, part] of transcript.split(/[«»]/).entries()) {
      if (index % 2 === 0) {
        expected += part
        await this.#shows(expected)
      } else if (part.endsWith('^C')) {
        const typed = part.slice(0, -2)
        this.type(typed)
        await this.#shows(expected + typed)
        this.type('\u0003')
        expected += '^C'
      } else {
        this.type(`${part}\r`)
        expected += part
      }
    }
  }

  /** Waits for the program's end. @returns its exit code */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'close')
    return this.#child.exitCode
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async #shows(expected: string): Promise<void> {
    await until(() => this.text === expected, 'the screen shows it').catch(() => assert.is(this.text, expected))
  }
}

const esc = '\u001b'
const sequence = new RegExp(`${esc}\\[([\\d;?]*)([A-Za-z])`)
/** A control sequence, or a character. */
const pieces = new RegExp(`${esc}\\[[\\d;?]*[A-Za-z]|[^${esc}]`, 'gu')

/** What a terminal makes of text with control sequences, as far as a line editor and a spinner use them. */
function shown(text: string): string {
  const lines: string[] = []
  let [line, column] = ['', 0]
  for (const [piece] of text.matchAll(pieces)) {
    const [, count = '', command] = piece.length > 2 ? (sequence.exec(piece) ?? []) : []
    if (command === 'G') column = Number(count || 1) - 1
    else if (command === 'J' || command === 'K') line = line.slice(0, column)
    else if (command !== undefined) continue
    else if (piece === '\r') column = 0
    else if (piece === '\n') {
      lines.push(line)
      line = ''
      column = 0
    } else {
      line = line.slice(0, column).padEnd(column) + piece + line.slice(column + piece.length)
      column += piece.length
    }
  }
  return [...lines, line].join('\n')
}

const drawing = new RegExp(`${esc}\\[[\\d;?]*[A-Za-z]|[^${esc}]`, 'gu')

/** What a terminal makes of text that moves the cursor anywhere, as far as our own programs do. */
function drawn(text: string): string[] {
  let [rows, kept, row, column]: [string[], string[], number, number] = [[], [], 0, 0]
  for (const [piece] of text.matchAll(drawing)) {
    const [, numbers = '', command] = piece.length > 2 ? (sequence.exec(piece) ?? []) : []
    const [first = 1, second = 1] = numbers.split(';').map(number => Number(number || 1))
    if (command === 'H') [row, column] = [first - 1, second - 1]
    else if (command === 'J') rows = numbers === '2' ? [] : [...rows.slice(0, row), (rows[row] ?? '').slice(0, column)]
    else if (command === 'K') rows[row] = (rows[row] ?? '').slice(0, column)
    else if (command === 'h' && numbers === '?1049') [kept, rows] = [rows, []]
    else if (command === 'l' && numbers === '?1049') [rows, kept] = [kept, []]
    else if (command !== undefined) continue
    else if (piece === '\r') column = 0
    else if (piece === '\n') row++
    else {
      const line = [...(rows[row] ?? '').padEnd(column)]
      line[column++] = piece
      rows[row] = line.join('')
    }
  }
  return Array.from(rows, line => (line ?? '').trimEnd())
}
