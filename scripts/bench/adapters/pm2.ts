// PM2, from npm, in fork mode and in cluster mode.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Outcome, run } from '../command.ts'
import type { App, Kind, Manager, Place } from './manager.ts'

type Mode = 'fork' | 'cluster'

/** Where `install-peers` puts it. */
const home = fileURLToPath(new URL('../../../.bench/peers/', import.meta.url))

export const pm2Fork: Kind = kind('fork')
export const pm2Cluster: Kind = kind('cluster')

function kind(mode: Mode): Kind {
  return { id: `pm2-${mode}`, title: `PM2 ${mode}`, version, make: place => new Pm2(place, mode) }
}

function version(): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(home, 'node_modules/pm2/package.json'), 'utf8')) as { version: string })
      .version
  } catch {
    // It is not installed.
    return undefined
  }
}

class Pm2 implements Manager {
  /** By its cluster mode alone. */
  readonly serve: Manager['serve']
  readonly reload: Manager['reload']
  readonly #place: Place
  readonly #mode: Mode
  readonly #home: string

  constructor(place: Place, mode: Mode) {
    this.#place = place
    this.#mode = mode
    this.#home = join(place.dir, 'pm2')
    if (mode !== 'cluster') return
    this.serve = async ({ name, file, settings }, { scale }) => {
      await this.#pm2(['start', file, '--name', name, '-i', `${scale}`], settings)
    }
    this.reload = async ({ name }) => void (await this.#pm2(['reload', name]))
  }

  /** It knows no app before it starts it. */
  async up(_apps: App[]): Promise<void> {
    await this.#pm2(['ping'])
  }

  async add(_apps: App[]): Promise<void> {}

  async start(app: App): Promise<void> {
    // Its `min_uptime` is no option of the command. It is 1 s, and apps are given up after 16 times less: no row has so many.
    const options = [
      ...(this.#mode === 'cluster' ? ['-i', '1'] : []),
      ...(app.restart === 'never' ? ['--no-autorestart'] : []),
    ]
    await this.#pm2(['start', app.file, '--name', app.name, '--time', ...options], app.settings)
  }

  /** By one ecosystem file. */
  async startAll(apps: App[]): Promise<void> {
    const ecosystem = apps.map(app => ({
      name: app.name,
      script: app.file,
      env: app.settings,
      exec_mode: this.#mode,
      ...(this.#mode === 'cluster' ? { instances: 1 } : {}),
      time: true,
      autorestart: app.restart !== 'never',
    }))
    const file = join(this.#place.dir, 'ecosystem.json')
    writeFileSync(file, JSON.stringify({ apps: ecosystem }))
    await this.#pm2(['start', file])
  }

  /** Forgotten too, so that the next start is `pm2 start app.js` again. */
  async stop(app: App): Promise<void> {
    await this.#pm2(['delete', app.name])
  }

  async stopAll(_apps: App[]): Promise<void> {
    await this.#pm2(['delete', 'all'])
  }

  async list(): Promise<number> {
    return (await this.#pm2(['list'])).tookMs
  }

  async running(): Promise<Map<string, number>> {
    const { output } = await this.#pm2(['jlist'])
    // It may say other things before the list, on lines of their own.
    const line = output.split('\n').find(text => text.startsWith('[{') || text === '[]') ?? '[]'
    const apps = JSON.parse(line) as { name: string; pid: number; pm2_env: { status: string } }[]
    return new Map(apps.flatMap(app => (app.pm2_env.status === 'online' ? [[app.name, app.pid] as const] : [])))
  }

  daemonPids(): number[] {
    return [Number(readFileSync(join(this.#home, 'pm2.pid'), 'utf8'))]
  }

  logFiles(app: App): string[] {
    return globSync(join(this.#home, 'logs', `${app.name}-out*.log`))
  }

  async save(): Promise<void> {
    await this.#pm2(['save'])
  }

  async recover(): Promise<void> {
    await this.#pm2(['resurrect'])
  }

  async down(): Promise<void> {
    await this.#pm2(['kill'])
  }

  #pm2(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
    return run({
      program: process.execPath,
      args: [join(home, 'node_modules/pm2/bin/pm2'), ...args],
      env: { ...this.#place.env, PM2_HOME: this.#home, PM2_DISCRETE_MODE: 'true', ...env },
      cwd: this.#place.dir,
    })
  }
}
