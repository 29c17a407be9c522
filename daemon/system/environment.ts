// The host's own environment, and what other processes get of it. The only file that reads it.
import { isUnderstood } from '../../protocol/zone.ts'

/** What of it a pod gets; nothing else, so that no secret of the host's reaches it. */
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
 * What Node, its libraries and the system's read when a process begins, and not again: a pod that sets one of these
 * cannot have a process that has begun already.
 */
export const readAtBoot =
  /^(NODE_(?!ENV$)|UV_|V8_|LD_|DYLD_|LC_|LANG|MALLOC_|GLIBC_|OPENSSL_|SSL|ICU_|RES_OPTIONS|LOCALDOMAIN|WATCH_REPORT_)/

/** What every process of a pod gets of the host's own environment. */
export function baseEnvironment(): Record<string, string> {
  const base = Object.entries(process.env).filter(([name]) => inherited.includes(name) || name.startsWith('LC_'))
  return Object.fromEntries(base.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** Where the host itself finds programs. */
export function ownPath(): string {
  return process.env.PATH ?? ''
}

/** The whole environment, with `more` in it, for a program of the host's own. */
export function wholeEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...more }
}

/** What TZ says, where Node does not understand it and so goes by UTC. */
export function unknownZone(): string | undefined {
  return isUnderstood(process.env.TZ) ? undefined : process.env.TZ
}
