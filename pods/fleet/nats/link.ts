// The connection to a NATS: it comes back for ever, and says when it is there and when not. Nothing is sent while it is not, since the client
// would keep that and send it much later.
import { setMaxListeners } from 'node:events'
import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { connect, type NatsConnection, type NodeConnectionOptions, type Status } from '@nats-io/transport-node'
import { inTime } from '../in-time.ts'
import { authenticatorOf, publicOf } from '../security/nkeys.ts'
import { inboxOf, serversName } from '../security/rights.ts'
import { connectProblem, refused } from './failures.ts'
import { badVersion } from './version.ts'

export type NatsSettings = {
  servers: readonly string[]
  user?: string | undefined
  password?: string | undefined
  /** Of this host alone: a token, and the seed of the key that it is for. What is there is opened then, and nothing is made. */
  credential?: Credential | undefined
  /** Whether it may make what the fleet keeps things in; false for a credential that may only open it. */
  makes?: boolean | undefined
  /** The certificate of whoever signed that of the servers; undefined: no TLS. */
  ca?: string | undefined
  /** All that this fleet has on the engine bears its name. */
  fleet: string
  /** This one. */
  host: string
  /** A further bucket, of which only keepers know the name. */
  hidden?: string | undefined
  /** How many servers keep each value: 1 or 3. */
  replicas: number
  /** How long anything may take that is answered by the engine itself. */
  timeoutMs?: number
}

export type Credential = { token: string; seed: string }

/** Between two attempts to connect. */
const retryMs = 500
/** How many refusals are remembered. */
const mostDenied = 20
/** How long a peer may be silent: a ping each time, and two of them. */
const pingMs = 2000
/** How long what is to be sent yet may take as it is closed. */
const closeMs = 500

export class NatsLink {
  settings: NatsSettings
  /** Events: `up`, `down`, and `denied` with the subject as `detail`. */
  readonly events = new EventTarget()
  #connection: NatsConnection | undefined
  #isUp = false
  #isClosed = false
  #problem = 'it has not been reached yet'
  #denied: readonly string[] = []
  /** What has to be there before anything is asked. */
  #prepare: (connection: NatsConnection) => Promise<void>

  constructor(settings: NatsSettings, prepare: (connection: NatsConnection) => Promise<void>) {
    this.settings = settings
    this.#prepare = prepare
    // As many listen as have something under way.
    setMaxListeners(0, this.events)
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Why it is not there. */
  get problem(): string {
    return this.#problem
  }

  /** What the engine has not permitted, each once, the last at the end. */
  get denied(): readonly string[] {
    return this.#denied
  }

  /** The connection, if there is one. */
  get connection(): NatsConnection | undefined {
    return this.#isUp ? this.#connection : undefined
  }

  get timeoutMs(): number {
    return this.settings.timeoutMs ?? 5000
  }

  /** Connects, now and for ever. @returns once the first attempt is over: never, where it connects and the engine does not do what it has to */
  async open(): Promise<void> {
    await this.#attempt()
    if (!this.#connection) this.#later()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    // Answers that are not sent yet.
    const sending = this.connection?.flush().catch(() => {})
    this.#down('it was closed')
    await inTime(sending, closeMs)
    await this.#connection?.close()
  }

  #later(): void {
    setTimeout(() => {
      if (this.#isClosed) return
      void this.#attempt().then(() => this.#connection || this.#later())
    }, retryMs).unref()
  }

  async #attempt(): Promise<void> {
    try {
      const connection = await connect({
        ...whoAndWhere(this.settings),
        timeout: this.timeoutMs,
        maxReconnectAttempts: -1,
        reconnectTimeWait: retryMs,
        reconnectJitter: retryMs,
        pingInterval: pingMs,
        maxPingOut: 2,
        ignoreClusterUpdates: false,
      })
      if (this.#isClosed) return await connection.close()
      const problem = badVersion(connection.info?.version ?? '', this.settings.replicas)
      if (problem !== undefined) {
        await connection.close()
        throw new Error(problem)
      }
      this.#connection = connection
      void this.#follow(connection)
      await this.#ready(connection)
    } catch (error) {
      this.#problem = connectProblem(error)
      await this.#drop()
    }
  }

  /** An engine that will not do may be another by the next attempt. */
  async #drop(): Promise<void> {
    const connection = this.#connection
    this.#connection = undefined
    await connection?.close()
  }

  /** Again and again, since a cluster that has just begun answers nothing for some seconds. */
  async #ready(connection: NatsConnection): Promise<void> {
    for (;;) {
      if (this.#isClosed || connection.isClosed()) return
      try {
        await this.#prepare(connection)
        this.#isUp = true
        this.events.dispatchEvent(new Event('up'))
        return
      } catch (error) {
        this.#problem = (error as Error).message
        if (error instanceof Unfit) throw error
        await new Promise(resolve => setTimeout(resolve, retryMs / 2))
      }
    }
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) this.#heard(status, connection)
  }

  #heard(status: Status, connection: NatsConnection): void {
    if (connection !== this.#connection) return
    if (status.type === 'disconnect' || status.type === 'staleConnection') this.#down('the connection is lost')
    if (status.type === 'close') this.#gone()
    if (status.type === 'reconnect') void this.#ready(connection).catch(() => this.#drop().then(() => this.#later()))
    if (status.type === 'error') {
      const { subject, operation = 'use' } = status.error as Error & { subject?: string; operation?: string }
      if (subject === undefined) return
      this.#denied = [
        ...this.#denied.filter(one => one !== `${operation} ${subject}`),
        `${operation} ${subject}`,
      ].slice(-mostDenied)
      this.events.dispatchEvent(new CustomEvent('denied', { detail: subject }))
    }
  }

  /** The client gives up for ever where it was refused: a credential may be valid again. */
  #gone(): void {
    this.#down(refused)
    this.#connection = undefined
    if (!this.#isClosed) this.#later()
  }

  #down(problem: string): void {
    this.#problem = problem
    if (!this.#isUp) return
    this.#isUp = false
    this.events.dispatchEvent(new Event('down'))
  }
}

/** How a client says to which servers it goes, and who it is. */
export function whoAndWhere({
  servers,
  user,
  password,
  ca,
  credential,
  fleet,
}: Pick<NatsSettings, 'servers' | 'user' | 'password' | 'ca' | 'credential'> & {
  fleet?: string
}): NodeConnectionOptions {
  return {
    servers: [...servers],
    ...(user !== undefined && { user, pass: password ?? '' }),
    ...tlsOf(servers, { ca, name: credential && fleet !== undefined ? serversName(fleet) : undefined }),
    ...(credential && {
      authenticator: authenticatorOf(credential),
      inboxPrefix: inboxOf(publicOf(credential.seed)),
    }),
  }
}

/**
 * The client knows a server by its name alone, and takes one that has an address for `localhost`: its certificate is checked here.
 * @param how.name that all servers of the fleet have in their certificates, which nobody else can sign: also those that the client is told of later
 */
function tlsOf(
  servers: readonly string[],
  { ca, name }: { ca: string | undefined; name: string | undefined },
): Pick<NodeConnectionOptions, 'tls'> {
  const addresses = servers
    .map(url => URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '')
    .filter(host => isIP(host))
  if (ca === undefined && !servers.some(url => url.startsWith('tls:'))) return {}
  const tls: ConnectionOptions = {
    ...(ca !== undefined && { ca }),
    checkServerIdentity: (host, certificate) => {
      const names = [host, ...addresses, ...(name === undefined ? [] : [name])]
      const problems = names.map(one => checkServerIdentity(one, certificate))
      return problems.includes(undefined) ? undefined : (problems.at(-1) ?? problems[0])
    },
  }
  return { tls: tls as NonNullable<NodeConnectionOptions['tls']> }
}

/** The engine is there, and will not do. */
export class Unfit extends Error {}
