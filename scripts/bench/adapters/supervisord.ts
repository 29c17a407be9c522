// supervisord, with one configuration file and a Unix socket.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { until } from '../clock.ts'
import { type Outcome, run } from '../command.ts'
import { isAlive } from '../processes.ts'
import { findProgram } from './installed.ts'
import type { App, Kind, Manager, Place } from './manager.ts'

export const supervisord: Kind = {
  id: 'supervisord',
  title: 'supervisord',
  version: () => {
    const program = findProgram('supervisord')
    return program && execaSync(program, ['--version']).stdout
  },
  make: place => new Supervisord(place),
}

/** What supervisorctl exits with when not all are running. */
const notAllRun = 3

class Supervisord implements Manager {
  readonly #place: Place
  readonly #config: string
  readonly #apps: App[] = []
  /** Whether apps are started with it: only once it is to come back after its death. */
  #isAutostart = false

  constructor(place: Place) {
    this.#place = place
    this.#config = join(place.dir, 'supervisord.conf')
    mkdirSync(join(place.dir, 'logs'))
  }

  async up(apps: App[]): Promise<void> {
    this.#apps.push(...apps)
    await this.#launch()
  }

  async add(apps: App[]): Promise<void> {
    this.#apps.push(...apps)
    this.#write()
    await this.#ctl('update')
  }

  async start(app: App): Promise<void> {
    await this.#ctl('start', app.name)
  }

  async startAll(_apps: App[]): Promise<void> {
    await this.#ctl('start', 'all')
  }

  async stop(app: App): Promise<void> {
    await this.#ctl('stop', app.name)
  }

  async stopAll(_apps: App[]): Promise<void> {
    await this.#ctl('stop', 'all')
  }

  async list(): Promise<number> {
    return (await this.#ctl('status')).tookMs
  }

  async running(): Promise<Map<string, number>> {
    const { output } = await this.#ctl('status')
    const rows = [...output.matchAll(/^(\S+)\s+RUNNING\s+pid (\d+),/gm)]
    return new Map(rows.map(([, name = '', pid]) => [name, Number(pid)]))
  }

  daemonPids(): number[] {
    return [Number(readFileSync(join(this.#place.dir, 'supervisord.pid'), 'utf8'))]
  }

  logFiles(app: App): string[] {
    return globSync(join(this.#place.dir, 'logs', `${app.name}.log*`))
  }

  async recover(): Promise<void> {
    this.#isAutostart = true
    await this.#launch()
  }

  async down(): Promise<void> {
    const [pid = 0] = this.daemonPids()
    await this.#ctl('shutdown')
    await until(() => !isAlive(pid), { what: 'supervisord has ended' })
  }

  async #launch(): Promise<void> {
    this.#write()
    await this.#run('supervisord', [])
    await until(() => this.#ctl('pid').catch(() => undefined), { what: 'supervisord answers' })
  }

  #write(): void {
    const { dir } = this.#place
    const head = `[supervisord]
logfile=${dir}/supervisord.log
pidfile=${dir}/supervisord.pid
childlogdir=${dir}/logs
[unix_http_server]
file=${dir}/supervisord.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${dir}/supervisord.sock
`
    writeFileSync(this.#config, head + this.#apps.map(app => this.#section(app)).join(''))
  }

  #section({ name, file, settings, restart, minUptimeMs }: App): string {
    const environment = Object.entries(settings).map(([key, value]) => `${key}="${value}"`)
    return `[program:${name}]
command=${process.execPath} ${file}
environment=${environment.join(',')}
autostart=${this.#isAutostart}
autorestart=${restart !== 'never'}
${minUptimeMs === undefined ? '' : `startsecs=${Math.floor(minUptimeMs / 1000)}\n`}redirect_stderr=true
stdout_logfile=${this.#place.dir}/logs/${name}.log
`
  }

  #ctl(...args: string[]): Promise<Outcome> {
    return this.#run('supervisorctl', args)
  }

  #run(name: string, args: string[]): Promise<Outcome> {
    const { dir, env } = this.#place
    const command = { program: findProgram(name) ?? name, args: ['-c', this.#config, ...args], env, cwd: dir }
    return run(command, { codes: [0, notAllRun] })
  }
}
