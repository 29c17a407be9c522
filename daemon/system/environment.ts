// The host's own environment, and the part of it that other processes get. Only this file reads it.
import { isUnderstood } from '../../protocol/zone.ts'

/** The variables that a pod gets; no others, so that no secret of the host reaches it. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
]

/**
 * Variables that Node, its libraries and those of the system read only when a process begins: a pod that sets one of
 * these cannot use a process that has begun already.
 */
export const readAtBoot =
  /^(NODE_(?!ENV$)|UV_|V8_|LD_|DYLD_|LC_|LANG|MALLOC_|GLIBC_|OPENSSL_|SSL|ICU_|RES_OPTIONS|LOCALDOMAIN|WATCH_REPORT_)/

/** The part of the host's environment that every process of a pod gets. */
export function baseEnvironment(): Record<string, string> {
  const base = Object.entries(process.env).filter(([name]) => inherited.includes(name) || name.startsWith('LC_'))
  return Object.fromEntries(base.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** By these the client of an engine of containers finds its store, its service and its user's settings. */
const ofEngine = /^(PATH|HOME|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|CONTAINERS?_\w+|DOCKER_\w+|STORAGE_\w+|TMPDIR)$/

/** The part of the host's environment that the client of an engine gets. */
export function engineEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => ofEngine.test(name))
  return Object.fromEntries(own.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The PATH of the host itself. */
export function ownPath(): string {
  return process.env.PATH ?? ''
}

/** The whole environment, with `more` in it, for a program of the host's own. */
export function wholeEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...more }
}

/** The value of TZ, if Node does not understand it and so uses UTC. */
export function unknownZone(): string | undefined {
  return isUnderstood(process.env.TZ) ? undefined : process.env.TZ
}

/** The value of a variable that this process alone was to read; it is gone for whatever it begins. */
export function takeVariable(name: string): string | undefined {
  const value = process.env[name]
  delete process.env[name]
  return value
}

/** Whether systemd began this process as the main one of a service that may say which one that is. */
export function isNotifying(): boolean {
  const { NOTIFY_SOCKET, SYSTEMD_EXEC_PID } = process.env
  return NOTIFY_SOCKET !== undefined && (SYSTEMD_EXEC_PID === undefined || SYSTEMD_EXEC_PID === String(process.pid))
}
