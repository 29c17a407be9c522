// p8a, driven as a user would: the built `pod` command, and the built client for an open connection.
import { randomUUID } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../../cli/bundle/bundle.ts'
import type { Client } from '../../../cli/client/published.ts'
import type { MethodResults } from '../../../protocol/methods.ts'
import { splitPath } from '../../../protocol/names.ts'
import { type Command, run } from '../command.ts'
import { childrenOf } from '../processes.ts'
import type { App, Connection, Front, Fronting, Kind, Manager, Place, View, Work } from './manager.ts'
import { workOver } from './p8a-work.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const podProgram = join(root, 'bin/pod.cjs')

export const p8a: Kind = {
  id: 'p8a',
  title: 'p8a',
  version: () => (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
  make: place => new P8a(place),
}

class P8a implements Manager {
  readonly keepsPrograms = true
  readonly servesFetch = true
  readonly #place: Place
  readonly #data: string
  /** Each app's file, bundled once. */
  readonly #bundles = new Map<string, string>()
  #pid = 0
  #port = 0

  constructor(place: Place) {
    this.#place = place
    this.#data = join(place.dir, 'data')
  }

  async up(apps: App[]): Promise<void> {
    mkdirSync(this.#data, { mode: 0o700 })
    const host = { v: 1, id: randomUUID(), settings: this.#place.settings }
    writeFileSync(join(this.#data, 'host.json'), JSON.stringify(host), { mode: 0o600 })
    await this.recover()
    await this.add(apps)
  }

  /** Over one connection: bundling is in no row but that of `pod push`. */
  async add(apps: App[]): Promise<void> {
    const connection = await this.connect()
    try {
      for (const app of apps) {
        if (app.program) await this.#pod('push', 'local', app.name, app.file, '--service')
        else await connection.push(app.name, await this.#bundle(app.file))
      }
    } finally {
      connection.close()
    }
  }

  async start(app: App): Promise<void> {
    const params = Object.entries(app.settings).flatMap(([name, value]) => [`--${name}`, value])
    await this.#pod('start', 'local', app.name, ...params, ...policyFlags(app))
  }

  async serve(app: App, { port, scale }: { port: number; scale: number }): Promise<void> {
    const params = Object.entries(app.settings).flatMap(([name, value]) => [`--${name}`, value])
    const flags = ['--listen', `${port}`, '--scale', `${scale}`, ...policyFlags(app)]
    await this.#pod('start', 'local', app.name, ...params, ...flags)
  }

  /** The gateway as it comes; the app is found by the names that the clients say. */
  async front({ app, upstream, port, tls }: Fronting): Promise<Front> {
    await this.add([app])
    const params = Object.entries({ ...app.settings, port: `${upstream}` }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ])
    const routes = ['--route', 'localhost', '--route', 'app.test']
    await this.#pod('start', 'local', app.name, ...params, '--listen', `127.0.0.1:${upstream}`, ...routes)
    await this.#pod('push', 'local', 'gateway', 'p8a:gateway')
    const places = ['--listen', `http=127.0.0.1:${port}`, '--listen', `https=127.0.0.1:${tls.port}`]
    await this.#pod('start', 'local', 'gateway', ...places, '--certs', dirname(tls.certificate), '--redirect', 'off')
    return { pid: (await this.running()).get('gateway') ?? 0, takesUpgrades: true, takesTls: true }
  }

  async reload({ name }: App): Promise<void> {
    await this.#pod('reload', 'local', name)
  }

  /** All at once, over one connection: there is no verb for many pods yet. */
  async startAll(apps: App[]): Promise<void> {
    const connection = await this.connect()
    await Promise.all(apps.map(app => connection.start(app))).finally(() => connection.close())
  }

  async stop(app: App): Promise<void> {
    await this.#pod('stop', 'local', app.name)
  }

  async stopAll(apps: App[]): Promise<void> {
    const connection = await this.connect()
    await Promise.all(apps.map(app => connection.stop(app))).finally(() => connection.close())
  }

  async list(): Promise<number> {
    return (await this.#pod('status', 'local')).tookMs
  }

  async running(): Promise<Map<string, number>> {
    const { output } = await this.#pod('status', 'local', '--json')
    const { pods } = JSON.parse(output) as MethodResults['pod.list']
    return new Map(pods.flatMap(pod => (pod.status === 'up' ? [[pod.name, pod.runs[0]?.pid ?? 0] as const] : [])))
  }

  daemonPids(): number[] {
    return [this.#pid]
  }

  logFiles(app: App): string[] {
    return globSync(join(this.#data, 'logs', app.name, '*.log*'))
  }

  async recover(): Promise<void> {
    const { output } = await this.#pod('host', 'start', '--detach', '--port', '0', '--json')
    const { pid, addresses } = JSON.parse(output) as MethodResults['host.info']
    this.#pid = pid
    this.#port = Number(
      addresses
        .find(address => !address.startsWith('unix:'))
        ?.split(':')
        .at(-1),
    )
  }

  async down(): Promise<void> {
    await this.#pod('host', 'stop', '--pods')
  }

  async connect(): Promise<Connection> {
    const { connect } = (await import(
      join(root, 'dist/client.js')
    )) as typeof import('../../../cli/client/published.ts')
    return connectionOver(await connect(`unix:${join(this.#data, 'host.sock')}`))
  }

  async work(settings: Record<string, string>): Promise<Work> {
    await this.up([])
    return await workOver(await this.connect(), { add: apps => this.add(apps), settings })
  }

  view(): View {
    return { port: this.#port, token: readFileSync(join(this.#data, 'token'), 'utf8').trim() }
  }

  async push(name: string, file: string): Promise<number> {
    return (await this.#pod('push', 'local', name, file)).tookMs
  }

  imageFolders(): string[] {
    return [join(this.#data, 'images')]
  }

  /** All children of the daemon; the runs that it spawned cold are among them. */
  children(): number[] {
    return childrenOf(this.#pid)
  }

  async #bundle(file: string): Promise<string> {
    const code = this.#bundles.get(file) ?? (await bundle(file)).code
    this.#bundles.set(file, code)
    return code
  }

  #pod(...args: string[]) {
    const command: Command = {
      program: process.execPath,
      args: [podProgram, ...args],
      env: { ...this.#place.env, P8A_DATA: this.#data },
      cwd: this.#place.dir,
    }
    return run(command)
  }
}

function connectionOver(client: Client): Connection {
  return {
    start: async ({ name, settings, restart, minUptimeMs }) => {
      const config = {
        ...(restart === undefined ? {} : { restart }),
        ...(minUptimeMs === undefined ? {} : { minUptime: minUptimeMs }),
      }
      await client.call('pod.start', { ...splitPath(name), params: settings, config })
    },
    startAsleep: async ({ name, settings }, listen) =>
      void (await client.call('pod.start', {
        ...splitPath(name),
        params: settings,
        config: { listen, sleep: '15m' },
        asleep: true,
      })),
    startWith: async ({ name, settings }, config) =>
      void (await client.call('pod.start', { ...splitPath(name), params: settings, config })),
    sleep: async name => void (await client.call('pod.sleep', splitPath(name))),
    stop: async ({ name }) => void (await client.call('pod.stop', splitPath(name))),
    list: () => client.call('pod.list', {}),
    status: name => client.call('pod.status', splitPath(name)),
    push: async (name, code) => void (await client.call('pod.push', { ...splitPath(name), code, file: `${name}.js` })),
    scale: async (name, runs) => void (await client.call('pod.scale', { ...splitPath(name), scale: runs })),
    call: async (name, fn, options) => (await client.call('pod.call', { ...splitPath(name), fn, ...options })).value,
    close: () => client.close(),
  }
}

function policyFlags({ restart, minUptimeMs, program }: App): string[] {
  return [
    // It cannot say that it is up. By default it counts as up after some seconds, and what ends before that has failed.
    ...(program === undefined ? [] : ['--ready-after', '20ms']),
    ...(restart === undefined ? [] : ['--restart', restart]),
    ...(minUptimeMs === undefined ? [] : ['--min-uptime', `${minUptimeMs}ms`]),
  ]
}
