// Loads a pod's code and finds its parts, in an ES module or in CommonJS.
import { pathToFileURL } from 'node:url'
import type { Command, Fetch, Pod, Upgrade } from '../protocol/author.ts'
import { P8aError } from '../protocol/errors.ts'

/** What others may use of a pod's code. */
export type Exported = {
  /** The functions that may be called from outside, by name. */
  functions: ReadonlyMap<string, (...args: unknown[]) => unknown>
  /** The commands that it adds to its shell, by name. */
  commands: ReadonlyMap<string, Command>
  /** What answers HTTP, if it is given a port. */
  http?: HttpHandlers | undefined
}

/** The exports `fetch` and `upgrade`. */
export type HttpHandlers = { fetch: Fetch; upgrade?: Upgrade | undefined }

/** `main` is absent if it is there for HTTP alone. */
export type LoadedPod = Exported & { main?: Pod | undefined }

/**
 * Imports the file.
 * @throws whatever the code throws while it is loaded
 * @throws {P8aError} `bad_image` if the default export is not a function, and there is no `fetch`
 */
export async function loadPod(file: string): Promise<LoadedPod> {
  const namespace = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const members = membersOf(namespace, file)
  const main = members.get('default')
  const exported = exportedOf(members)
  if (typeof main === 'function') return { main: main as Pod, ...exported }
  if (exported.http) return exported
  throw new P8aError('bad_image', 'Cannot start the pod: its default export is not a function (params, bus, p8a) => …')
}

/** What others may use of the exports `members`. */
export function exportedOf(members: ReadonlyMap<string, unknown>): Exported {
  const functions = [...members].filter(
    (entry): entry is [string, (...args: unknown[]) => unknown] =>
      entry[0] !== 'default' && typeof entry[1] === 'function',
  )
  return {
    functions: new Map(functions),
    commands: commandsOf(members.get('commands')),
    http: handlersOf(members),
  }
}

/** Members of an object that is the default export go first, as on Deno, Bun and Workers. */
function handlersOf(members: ReadonlyMap<string, unknown>): HttpHandlers | undefined {
  const whole = members.get('default')
  const object = (typeof whole === 'object' && whole) || {}
  const find = (name: string) => {
    const own: unknown = Reflect.get(object, name)
    return typeof own === 'function' ? own.bind(object) : members.get(name)
  }
  const fetch: unknown = find('fetch')
  if (typeof fetch !== 'function') return undefined
  const upgrade: unknown = find('upgrade')
  return { fetch: fetch as Fetch, upgrade: typeof upgrade === 'function' ? (upgrade as Upgrade) : undefined }
}

/**
 * The functions of an export `commands` that is an object; if `commands` is a function itself, it is called like any
 * other.
 */
function commandsOf(exported: unknown): Map<string, Command> {
  const members = typeof exported === 'object' && exported !== null ? Object.entries(exported) : []
  return new Map(members.filter((entry): entry is [string, Command] => typeof entry[1] === 'function'))
}

/**
 * The exports by name. In a CommonJS file, `module.exports` is the default export, and its members are the other
 * exports. The same holds for a file that was bundled to an ES module, which then exports nothing else.
 */
export function membersOf(namespace: Record<string, unknown>, file: string): Map<string, unknown> {
  const names = Object.keys(namespace)
  const whole = namespace.default
  const isWrapped = file.endsWith('.cjs') || (names.length === 1 && names[0] === 'default')
  if (!isWrapped || whole === null || (typeof whole !== 'object' && typeof whole !== 'function')) {
    return new Map(Object.entries(namespace))
  }
  const members = new Map(Object.entries(whole))
  if (!members.has('default')) members.set('default', whole)
  return members
}
