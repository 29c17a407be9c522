// A NATS of a test's own, of one server or of three, at free ports: servers can be killed, frozen and started again. It keeps what it has in a
// directory of the test.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { freePort } from './free-port.ts'
import { scratch } from './scratch.ts'
import { natsServer } from './system.ts'
import { until } from './until.ts'

type Server = { port: number; route: number; child: ChildProcess | undefined }

export class TestNats implements AsyncDisposable {
  readonly servers: Server[]
  #dir = scratch()
  #more: string
  #hasStreams: boolean

  private constructor(servers: Server[], { more, hasStreams }: { more: string; hasStreams: boolean }) {
    this.servers = servers
    this.#more = more
    this.#hasStreams = hasStreams
  }

  /**
   * @param options.servers how many; `more`: lines of each one's configuration, such as its users
   * @param options.hasStreams without, it connects, and answers nothing that JetStream does: as one of three that is alone
   */
  static async open({ servers = 1, more = '', hasStreams = true } = {}): Promise<TestNats> {
    const made = await Promise.all(
      Array.from({ length: servers }, async () => ({
        port: await freePort(),
        route: await freePort(),
        child: undefined,
      })),
    )
    const nats = new TestNats(made, { more, hasStreams })
    await Promise.all(made.map((_, at) => nats.start(at)))
    return nats
  }

  get urls(): string[] {
    return this.servers.map(({ port }) => `nats://127.0.0.1:${port}`)
  }

  async start(at: number): Promise<void> {
    const server = this.servers[at]
    const program = natsServer()
    if (!server || !program) throw new Error(`There is no server ${at}`)
    const routes = this.servers.map(({ route }) => `nats://127.0.0.1:${route}`)
    const cluster = `cluster { name: test, listen: "127.0.0.1:${server.route}", routes: ${JSON.stringify(routes)} }`
    const streams = `jetstream { store_dir: "${this.#dir.path(`store${at}`)}", sync_interval: always }`
    const file = this.#dir.file(
      `${at}.conf`,
      `server_name: "s${at}"
listen: "127.0.0.1:${server.port}"
${this.#hasStreams ? streams : ''}
${this.servers.length > 1 ? cluster : ''}
${this.#more}
`,
    )
    server.child = spawn(program, ['-c', file], { stdio: 'ignore' })
    await until(() => isOpen(server.port), 'NATS listens')
  }

  async kill(at: number): Promise<void> {
    const child = this.servers[at]?.child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** Loses all that a server has kept. It has to be down. */
  forget(at: number): void {
    rmSync(this.#dir.path(`store${at}`), { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((_, at) => this.kill(at)))
    this.#dir[Symbol.dispose]()
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
