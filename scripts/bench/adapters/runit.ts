// runit: runsvdir with a runsv and a svlogd for each service.
import { spawn } from 'node:child_process'
import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../clock.ts'
import { type Outcome, run } from '../command.ts'
import { processesWith, programOf } from '../processes.ts'
import { debianVersion, findProgram } from './installed.ts'
import type { App, Kind, Manager, Place } from './manager.ts'
import { enableService, writeService } from './service-dirs.ts'

export const runit: Kind = {
  id: 'runit',
  title: 'runit',
  version: () => findProgram('runsvdir') && (debianVersion('runit') ?? 'of unknown version'),
  make: place => new Runit(place),
}

const ownPrograms = ['runsvdir', 'runsv', 'svlogd']

class Runit implements Manager {
  readonly keepsPrograms = true
  readonly #place: Place
  readonly #scan: string
  readonly #apps: App[] = []

  constructor(place: Place) {
    this.#place = place
    this.#scan = join(place.dir, 'scan')
    mkdirSync(this.#scan)
  }

  async up(apps: App[]): Promise<void> {
    this.#write(apps)
    this.#launch()
    await this.#supervised(apps)
  }

  /** It looks for new services every five seconds. */
  async add(apps: App[]): Promise<void> {
    this.#write(apps)
    await this.#supervised(apps)
  }

  async start(app: App): Promise<void> {
    await this.#sv(app.restart === 'never' ? 'once' : 'up', app.name)
  }

  async startAll(apps: App[]): Promise<void> {
    await this.#sv('up', ...apps.map(app => app.name))
  }

  async stop(app: App): Promise<void> {
    await this.#sv('down', app.name)
  }

  async stopAll(apps: App[]): Promise<void> {
    await this.#sv('down', ...apps.map(app => app.name))
  }

  async list(): Promise<number> {
    return (await this.#run('sh', '-c', `sv status ${this.#scan}/*`)).tookMs
  }

  async running(): Promise<Map<string, number>> {
    // It exits with how many it could not ask, which may be some while it comes back.
    const { output } = await this.#run('sh', '-c', `sv status ${this.#scan}/*; true`)
    const rows = [...output.matchAll(/^run: \S*?([^/\s]+): \(pid (\d+)\)/gm)]
    return new Map(rows.map(([, name = '', pid]) => [name, Number(pid)]))
  }

  daemonPids(): number[] {
    return processesWith(this.#place.dir).filter(pid => ownPrograms.includes(programOf(pid)))
  }

  logFiles(app: App): string[] {
    return globSync(join(this.#scan, app.name, 'log/main/{current,@*}'))
  }

  async recover(): Promise<void> {
    for (const app of this.#apps) enableService(this.#scan, app)
    this.#launch()
    await this.#supervised(this.#apps)
  }

  async down(): Promise<void> {
    for (const pid of this.daemonPids()) if (programOf(pid) === 'runsvdir') process.kill(pid, 'SIGHUP')
    await until(() => this.daemonPids().length === 0, { what: 'runit has ended', deadlineMs: 10_000 })
  }

  #write(apps: App[]): void {
    this.#apps.push(...apps)
    for (const app of apps) {
      writeService(this.#scan, app, 'svlogd -tt ./main')
      writeFileSync(join(this.#scan, app.name, 'log/main/config'), 's100000000\nn20\n')
    }
  }

  #launch(): void {
    const { dir, env } = this.#place
    spawn('runsvdir', ['-P', this.#scan], { cwd: dir, env, stdio: 'ignore', detached: true }).unref()
  }

  async #supervised(apps: App[]): Promise<void> {
    // `sv` fails as long as there is no supervisor that listens.
    const asked = () =>
      this.#run('sh', '-c', `sv status ${this.#scan}/* && sv status ${this.#scan}/*/log`).catch(() => false)
    if (apps.length > 0) await until(asked, { what: 'runit supervises all services', everyMs: 5 })
  }

  #sv(verb: string, ...names: string[]): Promise<Outcome> {
    return this.#run('sv', verb, ...names.map(name => join(this.#scan, name)))
  }

  #run(program: string, ...args: string[]): Promise<Outcome> {
    return run({ program, args, env: this.#place.env, cwd: this.#place.dir })
  }
}
