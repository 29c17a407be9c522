// s6: s6-svscan with a supervisor and a logger for each service.
import { spawn } from 'node:child_process'
import { globSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../clock.ts'
import { type Outcome, run } from '../command.ts'
import { processesWith, programOf } from '../processes.ts'
import { debianVersion, findProgram } from './installed.ts'
import type { App, Kind, Manager, Place } from './manager.ts'
import { enableService, writeService } from './service-dirs.ts'

export const s6: Kind = {
  id: 's6',
  title: 's6',
  version: () => findProgram('s6-svscan') && (debianVersion('s6') ?? 'of unknown version'),
  make: place => new S6(place),
}

const ownPrograms = ['s6-svscan', 's6-supervise', 's6-log']

class S6 implements Manager {
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

  async add(apps: App[]): Promise<void> {
    this.#write(apps)
    await this.#run('s6-svscanctl', '-a', this.#scan)
    await this.#supervised(apps)
  }

  async start(app: App): Promise<void> {
    await this.#run('s6-svc', app.restart === 'never' ? '-o' : '-u', join(this.#scan, app.name))
  }

  async startAll(apps: App[]): Promise<void> {
    await this.#shell(`set -e; for app in ${names(apps)}; do s6-svc -u ${this.#scan}/$app; done`)
  }

  async stop(app: App): Promise<void> {
    await this.#run('s6-svc', '-wD', '-d', join(this.#scan, app.name))
  }

  async stopAll(apps: App[]): Promise<void> {
    await this.#shell(`set -e; for app in ${names(apps)}; do s6-svc -d ${this.#scan}/$app; done`)
  }

  async list(): Promise<number> {
    return (await this.#shell(`for app in ${this.#scan}/*; do s6-svstat $app; done`)).tookMs
  }

  async running(): Promise<Map<string, number>> {
    const { output } = await this.#shell(`for app in ${this.#scan}/*; do echo "$app: $(s6-svstat $app)"; done`)
    const rows = [...output.matchAll(/([^/\n]+): up \(pid (\d+)/g)]
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
    await this.#run('s6-svscanctl', '-t', this.#scan)
    await until(() => this.daemonPids().length === 0, { what: 's6 has ended', deadlineMs: 10_000 })
  }

  #write(apps: App[]): void {
    this.#apps.push(...apps)
    for (const app of apps) writeService(this.#scan, app, 's6-log T n20 s100000000 ./main')
  }

  #launch(): void {
    const { dir, env } = this.#place
    spawn('s6-svscan', [this.#scan], { cwd: dir, env, stdio: 'ignore', detached: true }).unref()
  }

  async #supervised(apps: App[]): Promise<void> {
    // Its fifo is there before it is listened to, and what is said in between is lost: s6-svok asks for the listener.
    for (const name of apps.flatMap(app => [app.name, `${app.name}/log`])) {
      const asked = () => this.#run('s6-svok', join(this.#scan, name)).catch(() => false)
      await until(asked, { what: `s6 supervises ${name}`, everyMs: 5 })
    }
  }

  #shell(script: string): Promise<Outcome> {
    return this.#run('sh', '-c', script)
  }

  #run(program: string, ...args: string[]): Promise<Outcome> {
    return run({ program, args, env: this.#place.env, cwd: this.#place.dir })
  }
}

function names(apps: App[]): string {
  return apps.map(app => app.name).join(' ')
}
