// Wraps the functions of `node:fs`, so that each call to a file of the data directory that changes something is a point.
import fs from 'node:fs'
import { fileName } from './names.ts'
import type { Points } from './points.ts'

type AnyFunction = (...args: unknown[]) => unknown
type AsyncFunction = (...args: unknown[]) => Promise<unknown>

/** Which calls change nothing, and which of the arguments is the file. */
type How = { isRead?: (args: unknown[]) => boolean; place?: 0 | 1 }

/** The files of open handles and descriptors: what is written to one has the file's name. */
type Opened = { handles: WeakMap<object, string>; descriptors: Map<number, string> }

type Wrapped = { points: Points; data: string; opened: Opened; removing: Removing }

/** Wraps them all; nothing outside `data` is a point. */
export async function wrapFiles(points: Points, data: string): Promise<void> {
  const opened: Opened = { handles: new WeakMap(), descriptors: new Map() }
  const wrapped: Wrapped = { points, data, opened, removing: new Removing() }
  const always = { isRead: () => true }
  const isReadOpen = { isRead: ([, flags]: unknown[]) => flags === undefined || flags === 'r' || isReading(flags) }
  for (const call of ['rm', 'mkdir', 'writeFile', 'unlink', 'chmod', 'appendFile', 'truncate'])
    wrapPromises(wrapped, call)
  wrapPromises(wrapped, 'rename', { place: 1 })
  wrapPromises(wrapped, 'open', isReadOpen)
  for (const call of ['readFile', 'readdir', 'stat']) wrapPromises(wrapped, call, always)
  for (const call of ['write', 'fsync', 'chmod', 'unlink']) wrapCallback(wrapped, call)
  wrapCallback(wrapped, 'rename', { place: 1 })
  wrapCallback(wrapped, 'open', isReadOpen)
  wrapReads(wrapped)
  await wrapHandles(wrapped)
}

/** What is being removed as a whole: the steps of that are no points, since Node takes them. */
class Removing {
  #wholes = new Set<string>()

  add(file: string): void {
    this.#wholes.add(file)
  }

  delete(file: string): void {
    this.#wholes.delete(file)
  }

  has(file: string): boolean {
    return [...this.#wholes].some(whole => file === whole || file.startsWith(`${whole}/`))
  }
}

function wrapPromises({ points, data, opened, removing }: Wrapped, call: string, how: How = {}): void {
  const promises = fs.promises as unknown as Record<string, AsyncFunction>
  const original = promises[call] as AsyncFunction
  promises[call] = async (...args) => {
    const file = String(args[how.place ?? 0])
    const name = fileName(call, file, data)
    if (name === undefined) return await original(...args)
    const { error, isDone, after } = points.pass(name, how.isRead?.(args))
    if (error && !isDone) throw error
    if (call === 'rm') removing.add(file)
    const result = await original(...args).finally(() => removing.delete(file))
    if (call === 'open') opened.handles.set(result as object, file)
    if (error) throw error
    after()
    return result
  }
}

function wrapCallback({ points, data, opened, removing }: Wrapped, call: string, how: How = {}): void {
  const functions = fs as unknown as Record<string, AnyFunction>
  const original = functions[call] as AnyFunction
  functions[call] = (...args) => {
    const first = args[how.place ?? 0]
    const file = typeof first === 'number' ? opened.descriptors.get(first) : String(first)
    const name = file === undefined ? undefined : fileName(call, file, data)
    const done = args.at(-1)
    if (name === undefined || typeof done !== 'function' || removing.has(String(file))) return original(...args)
    const { error, isDone, after } = points.pass(name, how.isRead?.(args))
    if (error && !isDone) return queueMicrotask(() => done(error))
    return original(...args.slice(0, -1), (failure: unknown, ...results: unknown[]) => {
      if (call === 'open' && typeof results[0] === 'number') opened.descriptors.set(results[0], String(file))
      if (!failure) after()
      done(failure ?? error ?? null, ...results)
    })
  }
}

/** What is read at once and not waited for: who a process is. */
function wrapReads({ points, data }: Wrapped): void {
  const functions = fs as unknown as Record<string, AnyFunction>
  const original = functions.readFileSync as AnyFunction
  functions.readFileSync = (...args) => {
    const name = fileName('readFile', String(args[0]), data)
    const { error } = name === undefined ? {} : points.pass(name, true)
    if (error) throw error
    return original(...args)
  }
}

/** The methods of open handles are those of one prototype. */
async function wrapHandles({ points, data, opened }: Wrapped): Promise<void> {
  const handle = await fs.promises.open('/dev/null', 'r')
  const prototype = Object.getPrototypeOf(handle) as Record<string, AnyFunction>
  await handle.close()
  for (const call of ['write', 'writeFile', 'sync']) {
    const original = prototype[call] as AnyFunction
    prototype[call] = async function (this: object, ...args: unknown[]) {
      const file = opened.handles.get(this)
      const name = file === undefined ? undefined : fileName(`handle.${call}`, file, data)
      const { error, after } = name === undefined ? { error: undefined, after: () => {} } : points.pass(name)
      if (error) throw error
      const result = await original.apply(this, args)
      after()
      return result
    }
  }
}

/** Whether a file is opened by these flags to be read and no more. */
function isReading(flags: unknown): boolean {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants
  return typeof flags === 'number' && (flags & (O_WRONLY | O_RDWR | O_CREAT)) === 0
}
