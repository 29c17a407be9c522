// The checks of a run that are made from outside, in any language: its port takes a connection, a path answers, a
// command ends well. What it says itself is asked over its link.
import { channel } from 'node:diagnostics_channel'
import net from 'node:net'
import type { PodConfig } from '../../protocol/config.ts'
import { deadline, monotonicMs } from '../../protocol/deadline.ts'
import { begunBy } from '../bounds/begun.ts'
import { noteOwn } from '../system/connections.ts'
import type { User } from '../system/users.ts'
import { type Own, ownConnection, type WhoAccepts } from './own-connection.ts'
import type { Said } from './run-link.ts'

export type Checked = {
  check: PodConfig['check']
  /** Its `PORT`. */
  port: number | undefined
  /** At which address that is. Default: `localhost` */
  host?: string | undefined
  cwd: string
  env: Record<string, string>
  timeoutMs: number
  /** As whom a command is run; undefined for the user of the host. */
  user?: User | undefined
  /** Where other runs accept at its port too, and one of them would answer for it. */
  whoAccepts?: WhoAccepts | undefined
  /** The port of this machine at which nobody but it is reached, in the place of its own. */
  sideDoor?: number | undefined
}

/** Whether all of it is asked at the run's own port: then nobody but its host has to reach it there. */
export function isAtPort({ check = {} }: Pick<PodConfig, 'check'>): boolean {
  const { tcp = true, http = '/', command } = check
  return asksAtPort(check) && tcp === true && http.startsWith('/') && command === undefined
}

function asksAtPort({ tcp, http }: NonNullable<PodConfig['check']>): boolean {
  return tcp === true || http?.startsWith('/') === true
}

/** Undefined if no such check is asked for. */
export async function checkOutside({
  check = {},
  port,
  host = 'localhost',
  whoAccepts,
  sideDoor,
  ...of
}: Checked): Promise<Said | undefined> {
  const { tcp, http, command } = check
  const { timeoutMs } = of
  const lateAtMs = monotonicMs() + timeoutMs
  const own =
    port !== undefined && asksAtPort(check)
      ? await ownAt({ host, port }, { whoAccepts, sideDoor, timeoutMs })
      : undefined
  if (own && 'problem' in own) return { status: 'waiting', text: own.problem }
  const checks = [
    tcp !== undefined && !(own && tcp === true) && checkTcp(tcp === true ? { host, port } : { port: tcp }, timeoutMs),
    http !== undefined &&
      (own && http.startsWith('/')
        ? checkOwnHttp(own.socket, http, { host, port, timeoutMs, lateAtMs })
        : checkHttp(http, { host, port }, timeoutMs)),
    command !== undefined && checkCommand(command, of),
  ]
  const problems = await Promise.all(checks.filter(each => each !== false)).finally(() => own?.socket.destroy())
  if (own === undefined && problems.length === 0) return undefined
  const text = problems.find(problem => problem !== undefined)
  return text === undefined ? { status: 'up' } : { status: 'error', text }
}

/** Why it failed; undefined if it passed. */
type Problem = string | undefined

const noPort = 'has no port: name one, or give the pod one with --env PORT=…'

type At = { host?: string; port: number | undefined }

/** @returns undefined where its port is looked at as it is */
async function ownAt(
  at: { host: string; port: number },
  { whoAccepts, sideDoor, timeoutMs }: Pick<Checked, 'whoAccepts' | 'sideDoor' | 'timeoutMs'>,
): Promise<Own | undefined> {
  if (sideDoor === undefined) return whoAccepts && (await ownConnection(at, { whoAccepts, timeoutMs }))
  const door = { host: '127.0.0.1', port: sideDoor }
  const own = await ownConnection(door, { whoAccepts: async () => 'own', timeoutMs })
  return own ?? { problem: `port ${at.port} takes no connection` }
}

async function checkTcp({ host = 'localhost', port }: At, timeoutMs: number): Promise<Problem> {
  if (port === undefined) return `check.tcp ${noPort}`
  return await new Promise(resolve => {
    const socket = net.connect({ port, host, timeout: timeoutMs })
    const end = (problem: Problem) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => {
      noteOwn(socket.localPort)
      end(undefined)
    })
    socket.once('timeout', () => end(`port ${port} took no connection in ${timeoutMs} ms`))
    socket.once('error', ({ message }) => end(`port ${port} takes no connection: ${message || 'it is refused'}`))
  })
}

async function checkHttp(asked: string, at: At, timeoutMs: number): Promise<Problem> {
  const url = urlOf(asked, at)
  if (url === undefined) return `check.http ${noPort}`
  const connected = channel('undici:client:connected')
  const onConnected = (message: unknown) => noteOwn((message as { socket?: net.Socket }).socket?.localPort)
  connected.subscribe(onConnected)
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const { status, body } = await fetch(url, { signal, redirect: 'manual', headers: { 'user-agent': 'p8a check' } })
    void body?.cancel().catch(() => {})
    return status < 400 ? undefined : `${asked} answered ${status}`
  } catch (error) {
    const { name, message, cause } = error as Error
    if (name === 'TimeoutError') return `${asked} did not answer in ${timeoutMs} ms`
    return `${asked} did not answer: ${(cause as Error | undefined)?.message || message}`
  } finally {
    connected.unsubscribe(onConnected)
  }
}

async function checkOwnHttp(
  socket: net.Socket,
  path: string,
  { host, port, timeoutMs, lateAtMs }: At & { timeoutMs: number; lateAtMs: number },
): Promise<Problem> {
  const { get } = await import('node:http')
  const { promise, resolve } = Promise.withResolvers<Problem>()
  const headers = { 'user-agent': 'p8a check' }
  const late = deadline(() => resolve(`${path} did not answer in ${timeoutMs} ms`), lateAtMs - monotonicMs())
  // With an agent, also with `agent: false`, it would be asked over another connection.
  get({ path, host, port, headers, createConnection: () => socket })
    .once('response', ({ statusCode = 500 }) =>
      resolve(statusCode < 400 ? undefined : `${path} answered ${statusCode}`),
    )
    .on('error', ({ message }) => resolve(`${path} did not answer: ${message}`))
  return await promise.finally(() => clearTimeout(late))
}

/** `/health` is at the pod's own port, `:8080/health` at another, and a whole URL is that. */
function urlOf(asked: string, { host = 'localhost', port }: At): string | undefined {
  const name = host.includes(':') ? `[${host}]` : host
  if (asked.startsWith('/')) return port === undefined ? undefined : `http://${name}:${port}${asked}`
  return asked.startsWith(':') ? `http://localhost${asked}` : asked
}

async function checkCommand(
  command: string,
  { cwd, env, timeoutMs, user }: Pick<Checked, 'cwd' | 'env' | 'timeoutMs' | 'user'>,
): Promise<Problem> {
  const { execa } = await import('execa')
  const begun = await begunBy({
    command: ['/bin/sh', '-c', command],
    env,
    cwd,
    apart: undefined,
    user,
    limits: undefined,
  })
  const [program, ...args] = begun.command
  const { exitCode, timedOut, stderr, signal } = await execa(program, args, {
    cwd,
    env: begun.env,
    extendEnv: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 4096,
    reject: false,
  })
  if (exitCode === 0) return undefined
  if (timedOut) return `check.command did not end in ${timeoutMs} ms`
  const said = stderr.trim().split('\n').at(-1)
  const how = signal ? `ended by ${signal}` : `ended with code ${exitCode}`
  return `check.command ${how}${said ? `: ${said}` : ''}`
}
