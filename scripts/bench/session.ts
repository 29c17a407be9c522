// One manager in one row: a directory of its own, bare Node beside it, and an end that leaves nothing, whatever happened.
import { existsSync, mkdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Bare } from './adapters/bare.ts'
import type { App, Kind, Manager } from './adapters/manager.ts'
import { Bell } from './bell.ts'
import { nowMs, until } from './clock.ts'
import { freePort } from './free-port.ts'
import type { Options } from './options.ts'
import { sweep } from './processes.ts'
import { Samples } from './results.ts'

const apps = fileURLToPath(new URL('apps/', import.meta.url))

export class Session {
  readonly dir: string
  readonly env: Record<string, string>
  readonly manager: Manager
  readonly bare: Bare
  readonly bell: Bell
  readonly samples = new Samples()
  readonly options: Options

  /** @param settings settings for p8a's host, for the one row that needs some */
  constructor(dir: string, kind: Kind, options: Options, settings: Record<string, unknown> = {}) {
    this.dir = dir
    this.options = options
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    mkdirSync(join(dir, '../tmp'), { recursive: true, mode: 0o700 })
    this.env = {
      // So that `node` is the same one for all.
      PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
      HOME: dir,
      LANG: 'C.UTF-8',
      // Node's compile cache is in there: it is kept from session to session, and goes with the bench.
      TMPDIR: join(dir, '../tmp'),
      BENCH_DIR: dir,
      ...npmEnv(),
    }
    this.bell = new Bell(dir)
    this.bare = new Bare({ dir, env: this.env })
    this.manager = kind.make({ dir, env: this.env, settings })
  }

  /** How often a row does what it does. */
  rounds(count: { full: number; quick: number }): number {
    return this.options.rounds ?? (this.options.isQuick ? count.quick : count.full)
  }

  /** One of `apps/`, ready to be given to a manager. */
  app(file: string, name: string, settings: Record<string, string> = {}): App {
    return { name, file: join(apps, file), settings: { ...settings, app: name, bell: this.bell.file } }
  }

  apps(file: string, count: number, prefix = 'app'): App[] {
    return Array.from({ length: count }, (_, index) => this.app(file, `${prefix}${index + 1}`))
  }

  /** @param file `http-commonjs.js` is the same in CommonJS */
  async httpApp(name = 'web', file = 'http.mjs'): Promise<App> {
    return this.app(file, name, { port: String(await freePort()) })
  }

  /** When an app is up, by what it says itself. */
  async upAt(app: App, sinceMs: number): Promise<number> {
    return (await this.bell.ring(app.name, 'up', { sinceMs, deadlineMs: 300_000 })).atMs
  }

  /** From now until an app is up that `start` starts. */
  async timeUp(app: App, start: () => unknown): Promise<number> {
    const sinceMs = nowMs()
    const started = Promise.resolve(start())
    const [atMs] = await Promise.all([this.upAt(app, sinceMs), started])
    return atMs - sinceMs
  }

  /** From now until the last of many apps is up. */
  async allUp(apps: App[], start: () => unknown): Promise<number> {
    const sinceMs = nowMs()
    const started = Promise.resolve(start())
    const [atMs] = await Promise.all([Promise.all(apps.map(app => this.upAt(app, sinceMs))), started])
    return Math.max(...atMs) - sinceMs
  }

  /** Waits until no process of an app is left. */
  async gone(app: App): Promise<void> {
    await until(() => this.bell.pids(app.name).length === 0, { what: `${app.name} has ended` })
  }

  /** Has a moment of rest, in which no manager still thinks of the last start as a young one. */
  async rest(): Promise<void> {
    await delay(1200)
  }

  /** Makes files as small as can be, so that the next round begins anew; nobody writes to them now. */
  forget(files: string[]): void {
    for (const file of files) truncateSync(file)
  }

  /** Ends manager, apps and all, and removes the directory. */
  async end(): Promise<void> {
    try {
      await this.bare.stopAll()
      await this.manager.down().catch(() => {
        // It was never up, or is in no state to be told: what is left of it is swept away.
      })
    } finally {
      sweep(this.dir)
      this.bell.close()
      rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** What npm needs on this machine, whose home is another one here. */
function npmEnv(): Record<string, string> {
  const { HOME = '/', NODE_EXTRA_CA_CERTS } = process.env
  const userConfig = join(HOME, '.npmrc')
  return {
    ...(existsSync(userConfig) && { NPM_CONFIG_USERCONFIG: userConfig }),
    ...(NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS }),
  }
}
