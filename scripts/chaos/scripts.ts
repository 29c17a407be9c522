// Scripts under attack: short ones are started again and again, long ones outlive hosts, and now and then one is stopped. Each
// says in a file of its own, which no fault reaches, that it was begun; so what is promised of a start can be counted.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../cli/client/client.ts'
import type { RunInfo } from '../../protocol/words.ts'
import { killKeeper } from './keepers.ts'
import { RunLines } from './lines.ts'
import type { Report } from './report.ts'
import type { Chance } from './seed.ts'

const answerMs = 60_000
/** Longer than a script takes, and a keeper that is gone is waited for. */
const settleMs = 60_000
/** More are not counted in one go: a list of runs has as many. */
const mostStarts = 900

/** Short ones write all at once, long ones for up to four seconds. */
const code = `#!/bin/sh
echo "$P8A_RUN $TAG" >> "$TOLD"
i=0
while [ $i -lt $LINES ]; do i=$((i+1)); echo "line $i ."; [ "$PAUSE" = 0 ] || sleep "$PAUSE"; done
exit $CODE
`
const names = ['script-short', 'script-long'] as const

type Start = { name: string; tag: string; lines: number; code: number; run?: string; wasStopped: boolean }

/** The host under attack, as far as scripts are concerned. */
type Attacked = {
  readonly host: { dir: string; data: string }
  readonly report: Report
  readonly isHostUp: boolean
  readonly isDiskFull: boolean
  readonly wasDiskFull: boolean
  readonly wasEverFull: boolean
  readonly didCallsFail: boolean
  /** Nobody begins anything. */
  readonly isQuiet: boolean
  readonly isOver: boolean
  connect(isTcp: boolean): Promise<Client>
}

export class Scripts {
  #world: Attacked
  #told: string
  /** Since the last quiet point. */
  #starts = new Map<string, Start>()
  #starting = 0
  #lastTag = 0
  /** Whether a keeper was killed since: what it kept is lost. */
  wasKeeperKilled = false

  constructor(world: Attacked) {
    this.#world = world
    this.#told = join(world.host.dir, 'scripts-begun')
  }

  get isBusy(): boolean {
    return this.#starting > 0
  }

  async open(): Promise<void> {
    writeFileSync(this.#told, '')
    const client = await this.#world.connect(false)
    for (const name of names) await client.call('pod.push', { name, code, kind: 'script' })
    client.close()
  }

  async run(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      if (!this.#world.isQuiet && this.#starts.size < mostStarts) {
        this.#starting += 1
        await this.#useOnce(chance).finally(() => (this.#starting -= 1))
      }
      await delay(chance.between(5, this.#world.isHostUp && !this.#world.isDiskFull ? 120 : 400))
    }
  }

  async #useOnce(chance: Chance): Promise<void> {
    const running = [...this.#starts.values()].filter(({ run }) => run !== undefined).slice(-5)
    if (running.length > 0 && chance.next() < 0.1) return await this.#stop(chance.pick(running))
    const name = chance.pick(names)
    const isLong = name === 'script-long'
    const tag = String(++this.#lastTag)
    const start: Start = { name, tag, lines: chance.between(1, 20), code: chance.pick([0, 0, 3]), wasStopped: false }
    this.#starts.set(tag, start)
    const params = {
      tag,
      told: this.#told,
      lines: String(start.lines),
      pause: isLong ? '0.2' : '0',
      code: String(start.code),
    }
    await this.#ask(`start of ${name}`, async client => {
      const { run } = await client.call('pod.start', { name, params })
      if (run !== undefined) start.run = run
    })
  }

  async #stop(start: Start): Promise<void> {
    start.wasStopped = true
    await this.#ask('stop of a script', async client => {
      await client.call('pod.stop', { name: start.run ?? '', wait: false })
    })
  }

  async #ask(what: string, work: (client: Client) => Promise<void>): Promise<void> {
    const { report } = this.#world
    const client = await this.#world.connect(false).catch(() => undefined)
    if (!client) return report.count('verbs', `${what} host_unreachable`)
    const patience = new AbortController()
    try {
      await Promise.race([
        work(client),
        delay(answerMs, undefined, { signal: patience.signal }).then(() =>
          report.violated(`${what} was not answered within ${answerMs / 1000} s`),
        ),
      ])
      report.count('verbs', what)
    } catch (error) {
      report.count('verbs', `${what} ${(error as { code?: string }).code ?? error}`)
    } finally {
      patience.abort()
      client.close()
    }
  }

  killKeeper(onBare: () => void): boolean {
    this.wasKeeperKilled = true
    return killKeeper(this.#world.host.dir, onBare)
  }

  /** Each start that was answered is one run, none is run twice, ends are right, and each line is there once. */
  async atQuietPoint(): Promise<void> {
    const runs = await this.#settled()
    const begun = readFileSync(this.#told, 'utf8').trim().split('\n').filter(Boolean)
    const begunIds = new Set(begun.map(line => line.split(' ')[0]))
    if (begunIds.size !== begun.length) this.#violated(`a run was begun twice: ${begun.filter(isRepeated).join(', ')}`)
    for (const start of this.#starts.values()) {
      const found = runs.filter(({ params }) => params?.tag === start.tag)
      const ids = found.map(({ id }) => id).join(', ')
      if (found.length > 1) this.#violated(`start ${start.tag} became ${ids}`)
      if (start.run !== undefined && ids !== start.run) this.#violated(`${start.run} is not there: ${ids}`)
      for (const run of found) this.#checkRun(run, start, begunIds.has(run.id))
      this.#world.report.count('starts of scripts', found[0]?.end?.reason ?? 'refused, or nobody there')
    }
    this.#starts.clear()
    this.wasKeeperKilled = false
  }

  #checkRun({ id, end }: RunInfo, { name, lines, code, wasStopped }: Start, wasBegun: boolean): void {
    const { wasDiskFull, didCallsFail, wasEverFull, host } = this.#world
    const mayFail = wasDiskFull || didCallsFail
    const isRight =
      end?.reason === 'exited'
        ? end.code === code && wasBegun
        : end?.reason === 'stopped'
          ? wasStopped
          : end?.reason === 'spawn_failed'
            ? mayFail && !wasBegun
            : end?.reason === 'killed'
              ? // A stop that could not be saved was done all the same; a host that died then is not told of it.
                wasStopped && mayFail
              : end?.reason === 'lost' && (this.wasKeeperKilled || mayFail)
    if (!isRight)
      this.#violated(`${id} ${wasBegun ? 'was begun' : 'was not begun'}, and its end is ${JSON.stringify(end)}`)
    const folder = join(host.data, 'logs', name)
    if (end?.reason !== 'exited' || wasEverFull || !existsSync(folder)) return
    const read = new RunLines(folder, Number(id.split('.').at(-1)))
    for (const complaint of read.read({ mayLose: false })) this.#violated(`${id}: ${complaint}`)
    if (read.count !== lines) this.#violated(`${id} wrote ${lines} lines, ${read.count} are in its log`)
  }

  async #settled(): Promise<RunInfo[]> {
    const untilMs = performance.now() + settleMs
    const client = await this.#world.connect(false)
    try {
      for (;;) {
        const both = await Promise.all(names.map(name => client.call('pod.runs', { name, limit: 1000 })))
        const runs = both.flatMap(({ runs }) => runs)
        const open = runs.filter(({ end }) => end === undefined)
        if (open.length === 0) return runs
        if (performance.now() > untilMs) {
          this.#violated(`does not end: ${JSON.stringify(open[0])}, and ${open.length - 1} more`)
          return runs
        }
        await delay(100)
      }
    } finally {
      client.close()
    }
  }

  #violated(what: string): void {
    this.#world.report.violated(`scripts: ${what}`)
  }
}

function isRepeated(line: string, at: number, all: string[]): boolean {
  const [id] = line.split(' ')
  return all.findIndex(other => other.split(' ')[0] === id) !== at
}
