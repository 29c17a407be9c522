// A platform for apps behind an HTTP API, for tests: apps that take a while to start and to stop, one that never starts, and a record of
// what was asked.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type App = { name: string; state: string; address: string; domains: string[]; server: Server; port: number }

export class FakePlatform implements AsyncDisposable {
  readonly key = 'the-key-of-the-platform'
  /** Each change that was asked for, as `shop 1`. */
  readonly scaled: string[] = []
  /** Apps that do not get up, however long one waits. */
  readonly broken = new Set<string>()
  /** The API answers nothing but errors. */
  isDown = false
  #apps = new Map<string, App>()
  #api = createServer(
    (request, response) =>
      void this.#answer(request, (status, body) => response.writeHead(status).end(JSON.stringify(body))),
  )

  static async open(...names: string[]): Promise<FakePlatform> {
    const platform = new FakePlatform()
    await listen(platform.#api, 0)
    for (const name of names) await platform.#add(name)
    return platform
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#api)}`
  }

  stateOf(name: string): string | undefined {
    return this.#apps.get(name)?.state
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#api, ...[...this.#apps.values()].map(({ server }) => server)]) {
      server.close()
      server.closeAllConnections()
    }
  }

  async #add(name: string): Promise<void> {
    const server = createServer((_, response) => response.end(`this is ${name}`))
    await listen(server, 0)
    const port = portOf(server)
    server.close()
    this.#apps.set(name, {
      name,
      state: 'stopped',
      address: `127.0.0.1:${port}`,
      domains: [`${name}.test`],
      server,
      port,
    })
  }

  async #answer(request: IncomingMessage, answer: (status: number, body: unknown) => void): Promise<void> {
    const [, , name, verb] = (request.url ?? '').split('/')
    if (this.isDown) return answer(503, { error: 'down' })
    if (request.headers.authorization !== `Bearer ${this.key}`) return answer(401, { error: 'who are you?' })
    const told = ({ name, state, address, domains }: App) => ({ name, state, address, domains })
    if (name === undefined) return answer(200, [...this.#apps.values()].map(told))
    const app = this.#apps.get(name)
    if (!app) return answer(404, { error: 'no such app' })
    if (verb !== 'scale') return answer(200, told(app))
    let body = ''
    for await (const part of request) body += part
    const { instances } = JSON.parse(body) as { instances: number }
    this.scaled.push(`${name} ${instances}`)
    void (instances > 0 ? this.#start(app) : this.#stop(app))
    answer(202, told(app))
  }

  async #start(app: App): Promise<void> {
    app.state = 'starting'
    if (this.broken.has(app.name)) return
    // Whoever asks meanwhile is told that it is starting.
    await new Promise(resolve => setTimeout(resolve, 50))
    await listen(app.server, app.port)
    app.state = 'running'
  }

  async #stop(app: App): Promise<void> {
    app.state = 'stopping'
    app.server.closeAllConnections()
    await new Promise(resolve => app.server.close(resolve))
    app.state = 'stopped'
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
}

const portOf = (server: Server) => (server.address() as AddressInfo).port
