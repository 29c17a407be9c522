// The `pod` command, which tests give hundreds of times: processes do it that each do one command after the other, as many as are
// wanted at once. They end with the process of the test.
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { podProgram } from '../paths.ts'

/** `isSteady`: a process that has bundled is kept, for commands with the same environment in the same directory. */
export type Order = {
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  isSteady?: boolean
}

/** `isLast`: the process ends with this command. */
export type Outcome = { code: number; isLast: boolean }

export type Printed = { code: number | null; stdout: string; stderr: string }

const idle: PodProcess[] = []

/** Does a command of the built program, whose stdin is empty. */
export async function podCommand(order: Order): Promise<Printed> {
  const one = nextIdle(order) ?? new PodProcess()
  const printed = await one.run(order)
  if (!one.isOver) idle.push(one)
  return printed
}

/** Ends the processes that wait for a command, and what they have begun. */
export async function endPodProcesses(): Promise<void> {
  await Promise.all(idle.splice(0).map(one => one.end()))
}

/** One may have been killed meanwhile. */
function nextIdle(order: Order): PodProcess | undefined {
  const at = idle.findLastIndex(one => !one.isOver && one.fits(order))
  return at < 0 ? undefined : idle.splice(at, 1)[0]
}

class PodProcess {
  isOver = false
  #mark = randomUUID()
  #child: ChildProcess
  #stdout = new Output(this.#mark)
  #stderr = new Output(this.#mark)
  #code: number | undefined
  #done = Promise.withResolvers<void>()
  /** Once it had a steady order: that of all its others. */
  #place: string | undefined

  constructor() {
    // Its environment names no directory of a test, so that it is none of the processes of a host.
    const { PATH = '', NODE_COMPILE_CACHE } = process.env
    this.#child = fork(new URL('pod-process.ts', import.meta.url), [podProgram, this.#mark], {
      env: { PATH, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', text => {
      this.#stdout.add(text)
      this.#look()
    })
    this.#child.stderr?.setEncoding('utf8').on('data', text => {
      this.#stderr.add(text)
      this.#look()
    })
    this.#child.on('message', message => {
      const { code, isLast } = message as Outcome
      this.#code = code
      this.isOver = isLast
      this.#look()
    })
    this.#child.once('close', code => {
      this.isOver = true
      this.#code ??= code ?? undefined
      this.#done.resolve()
    })
  }

  fits(order: Order): boolean {
    return this.#place === undefined || this.#place === placeOf(order)
  }

  async run(order: Order): Promise<Printed> {
    if (order.isSteady) this.#place = placeOf(order)
    this.#stdout = new Output(this.#mark)
    this.#stderr = new Output(this.#mark)
    this.#code = undefined
    this.#done = Promise.withResolvers<void>()
    this.#keepTest('ref')
    this.#child.send(order)
    await this.#done.promise
    this.#keepTest('unref')
    return { code: this.#code ?? null, stdout: this.#stdout.text, stderr: this.#stderr.text }
  }

  async end(): Promise<void> {
    this.#keepTest('ref')
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }

  #look(): void {
    if (this.#stdout.isWhole && this.#stderr.isWhole && this.#code !== undefined) this.#done.resolve()
  }

  #keepTest(how: 'ref' | 'unref'): void {
    this.#child[how]()
    this.#child.channel?.[how]()
    for (const stream of [this.#child.stdout, this.#child.stderr]) (stream as Socket)[how]()
  }
}

const placeOf = ({ env, cwd }: Order) => JSON.stringify([env, cwd])

/** What one command prints, up to the mark. */
class Output {
  isWhole = false
  #parts: string[] = []
  /** The end of what has come: part of the mark may be in it. */
  #end = ''
  #mark: string

  constructor(mark: string) {
    this.#mark = mark
  }

  add(part: string): void {
    this.#parts.push(part)
    const seen = this.#end + part
    this.isWhole ||= seen.includes(this.#mark)
    this.#end = seen.slice(1 - this.#mark.length)
  }

  get text(): string {
    return this.#parts.join('').split(this.#mark)[0] ?? ''
  }
}
