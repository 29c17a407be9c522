// A connection to the host that a remote names: finds address, token and path, and puts the path into every request.
import { P8aError } from '../../protocol/errors.ts'
import { atRemote, type Command, type Hint } from '../../protocol/hint.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import { type Client, type CommandUser, connect } from '../client/client.ts'
import { environment } from '../environment.ts'
import { ownSocket } from './own-host.ts'
import { findRemote, localName, type Remote } from './remotes.ts'

type PathMethod = { [M in MethodName]: 'path' extends keyof MethodInput<M> ? M : never }[MethodName]
type Without<M extends MethodName> = Omit<MethodInput<M>, 'path' | 'stream'>

/** What is needed to reach a host, beside its remote. */
export type Reach = {
  /** The data directory that `local` means. */
  dataDir: string
  /** A token that goes before the remote's own. */
  token: string | undefined
  /** For how long the host may show no sign of life, in ms; 0: for ever. */
  silenceMs?: number
  /** Ends the connection, whatever it is doing. */
  signal?: AbortSignal | undefined
}

export class RemoteHost {
  readonly remote: Remote
  readonly client: Client
  #path: { path?: string }

  constructor(remote: Remote, client: Client) {
    this.remote = remote
    this.client = client
    this.#path = remote.path === '' ? {} : { path: remote.path }
  }

  /** Calls a method of the host at the remote's path. Throws as {@link Client.call}. */
  async call<M extends PathMethod>(method: M, params: Without<M>): Promise<MethodResults[M]> {
    try {
      return await this.client.call(method, { ...params, ...this.#path } as unknown as MethodInput<M>)
    } catch (error) {
      throw namingRemote(error, this.remote.name)
    }
  }

  /** Runs a command of a pod there, as {@link Client.command}. */
  async command(params: Without<'pod.command'>, user: CommandUser): Promise<MethodResults['pod.command']> {
    try {
      return await this.client.command({ ...params, ...this.#path }, user)
    } catch (error) {
      throw namingRemote(error, this.remote.name)
    }
  }

  /** Log lines from there, as {@link Client.logs}. */
  logs(params: Without<'pod.logs'>): ReturnType<Client['logs']> {
    return this.client.logs({ ...params, ...this.#path })
  }

  /** What happens there, as {@link Client.events}. */
  events(params: Without<'events.follow'>, signal?: AbortSignal): ReturnType<Client['events']> {
    return this.client.events({ ...params, ...this.#path }, { signal })
  }

  /** Pushes a folder there, as {@link Client.push}. */
  push(params: Without<'pod.push'>, signal?: AbortSignal): ReturnType<Client['push']> {
    return this.client.push({ ...params, ...this.#path }, { signal })
  }

  /** What a run of a script there wrote, as {@link Client.output}. */
  output(params: Without<'pod.output'>): ReturnType<Client['output']> {
    return this.client.output({ ...params, ...this.#path })
  }
}

/**
 * Connects to the remote called `name`, does `work` there, and closes the connection.
 * @throws {P8aError} `remote_not_found`, what {@link connect} throws, and what `work` throws
 */
export async function withHost<T>(name: string, reach: Reach, work: (host: RemoteHost) => Promise<T>): Promise<T> {
  const host = await openHost(findRemote(name, reach.dataDir), reach, reach.signal)
  try {
    return await work(host)
  } catch (error) {
    throw namingRemote(error, name)
  } finally {
    // Not at once: most commands end the process now, which closes the connection in a fraction of the time.
    setImmediate(() => host.client.close())
  }
}

/** A host cannot know what it is called here, nor how a token is given to this command. */
export function namingRemote(error: unknown, name: string): unknown {
  if (!(error instanceof P8aError)) return error
  const { code, message, steps, facts, cause } = error
  const hint = code === 'unauthorized' ? tokenSteps(name) : atRemote(steps, name)
  return new P8aError(code, message, { hint, facts, cause })
}

function tokenSteps(name: string): Hint {
  const add: Command = { verb: 'remote add', args: [name, 'ADDRESS'], options: { token: '-' } }
  return [
    { text: 'Give the token of that host with --token TOKEN, or in P8A_TOKEN' },
    ...(name === localName ? [] : [{ text: 'to keep another one, remove the remote and add it again', do: add }]),
    { text: 'a token is printed on the machine of the host by', do: { verb: 'host token' } },
  ]
}

/**
 * Connects to `remote`; the caller closes it. A token that was given goes before the remote's own. Without a token, a
 * host of this user is reached by its socket: a token must not go to an address only because somebody listens there.
 */
export async function openHost(
  remote: Remote,
  { dataDir, token, silenceMs }: Reach,
  signal?: AbortSignal,
): Promise<RemoteHost> {
  const known = token ?? remote.token
  const own = known === undefined ? await ownSocket(remote.address, dataDir) : undefined
  const address = own ?? remote.address
  const ticket = address.kind === 'unix' ? environment.shellTicket : undefined
  const pin = own ? {} : { fingerprint: remote.fingerprint }
  const client = await connect(address, { token: known, signal, silenceMs, ...pin }).catch(error => {
    throw namingRemote(error, remote.name)
  })
  if (ticket !== undefined) await client.call('host.auth', { token: ticket })
  return new RemoteHost(remote, client)
}
