// Loaded into a daemon before its own code, by `node --import`: stands between it and the system. Each call that changes
// something is a point, counted as it comes; at one of them the daemon can be made to die, or the call to fail. Since it is
// the system's functions that are wrapped, and not ours, no effect can be added to the daemon that is not a point.
// It is told what to do over a socket of its own, and patches nothing in any other process.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { fileName } from './names.ts'
import type { Answer, Order } from './orders.ts'

const socket = process.env.P8A_TEST_SEAM
const dataAt = process.argv.indexOf('--data')

if (socket !== undefined && dataAt > 0) await install(socket, process.argv[dataAt + 1] as string)

type AnyFunction = (...args: unknown[]) => unknown
type AsyncFunction = (...args: unknown[]) => Promise<unknown>

async function install(control: string, data: string): Promise<void> {
  const killNow = process.kill.bind(process)
  const wallMs = Date.now
  let offsetMs = 0
  // What happens while a daemon starts can be ordered only before.
  let order: Order = JSON.parse(process.env.P8A_TEST_SEAM_ORDER ?? '{"do":"off"}')
  let points: string[] = []
  let hits: string[] = []
  /** The files of open handles: what is written to one has the file's name. */
  const opened = new WeakMap<object, string>()
  const openedFds = new Map<number, string>()

  /** Counts a call, and does what was ordered for it. @returns the error it is to fail with, and what is done after it */
  function pass(name: string, isRead: boolean): { error: Error | undefined; isDone: boolean; after: () => void } {
    const nothing = { error: undefined, isDone: false, after: () => {} }
    if (isRead && !(order.do === 'fail' || order.do === 'record')) return nothing
    if (isRead && !order.reads) return nothing
    points.push(name)
    const isIt = 'at' in order && points.length - 1 === order.at
    if (!isIt) return nothing
    hits.push(name)
    if (order.do === 'die' && order.when === 'before') killNow(process.pid, 'SIGKILL')
    if (order.do === 'die') return { ...nothing, after: () => void killNow(process.pid, 'SIGKILL') }
    if (order.do !== 'fail') return nothing
    const isTorn = order.code === 'TORN'
    const code = isTorn ? 'EIO' : order.code
    const error = Object.assign(new Error(`${code}: made to fail, ${name}`), { code, syscall: name.split(' ')[0] })
    // Only a rename can be done and told as failed; another call in its place just fails.
    return { error, isDone: isTorn && name.startsWith('rename '), after: () => {} }
  }

  /** What is being removed as a whole: the steps of that are no points, since Node takes them. */
  const removing = new Set<string>()
  const isBeingRemoved = (file: string) => [...removing].some(whole => file === whole || file.startsWith(`${whole}/`))

  function wrapPromises(call: string, options: { isRead?: (args: unknown[]) => boolean; place?: 0 | 1 } = {}): void {
    const promises = fs.promises as unknown as Record<string, AsyncFunction>
    const original = promises[call] as AsyncFunction
    promises[call] = async (...args) => {
      const file = String(args[options.place ?? 0])
      const name = fileName(call, file, data)
      if (name === undefined) return await original(...args)
      const { error, isDone, after } = pass(name, options.isRead?.(args) ?? false)
      if (error && !isDone) throw error
      if (call === 'rm') removing.add(file)
      const result = await original(...args).finally(() => removing.delete(file))
      if (call === 'open') opened.set(result as object, file)
      if (error) throw error
      after()
      return result
    }
  }

  function wrapCallback(call: string, options: { isRead?: (args: unknown[]) => boolean; place?: 0 | 1 } = {}): void {
    const functions = fs as unknown as Record<string, AnyFunction>
    const original = functions[call] as AnyFunction
    functions[call] = (...args) => {
      const first = args[options.place ?? 0]
      const file = typeof first === 'number' ? openedFds.get(first) : String(first)
      const name = file === undefined ? undefined : fileName(call, file, data)
      const done = args.at(-1)
      if (name === undefined || typeof done !== 'function' || isBeingRemoved(String(file))) return original(...args)
      const { error, isDone, after } = pass(name, options.isRead?.(args) ?? false)
      if (error && !isDone) return queueMicrotask(() => done(error))
      return original(...args.slice(0, -1), (failure: unknown, ...results: unknown[]) => {
        if (call === 'open' && typeof results[0] === 'number') openedFds.set(results[0], String(file))
        if (!failure) after()
        done(failure ?? error ?? null, ...results)
      })
    }
  }

  const always = { isRead: () => true }
  const isReadOpen = { isRead: ([, flags]: unknown[]) => flags === undefined || flags === 'r' || isReading(flags) }
  for (const call of ['rm', 'mkdir', 'writeFile', 'unlink', 'chmod', 'appendFile', 'truncate']) wrapPromises(call)
  wrapPromises('rename', { place: 1 })
  wrapPromises('open', isReadOpen)
  for (const call of ['readFile', 'readdir', 'stat']) wrapPromises(call, always)
  for (const call of ['write', 'fsync', 'chmod', 'unlink']) wrapCallback(call)
  wrapCallback('rename', { place: 1 })
  wrapCallback('open', isReadOpen)

  const handle = await fs.promises.open('/dev/null', 'r')
  const prototype = Object.getPrototypeOf(handle) as Record<string, AnyFunction>
  await handle.close()
  for (const call of ['write', 'writeFile', 'sync']) {
    const original = prototype[call] as AnyFunction
    prototype[call] = async function (this: object, ...args: unknown[]) {
      const file = opened.get(this)
      const name = file === undefined ? undefined : fileName(`handle.${call}`, file, data)
      const { error, after } = name === undefined ? { error: undefined, after: () => {} } : pass(name, false)
      if (error) throw error
      const result = await original.apply(this, args)
      after()
      return result
    }
  }

  const spawn = childProcess.spawn as unknown as AnyFunction
  const wrappedSpawn = (...args: unknown[]) => {
    const env = (args[2] as { env?: Record<string, string> } | undefined)?.env ?? {}
    const kind = env.P8A_LINK_SPARE !== undefined ? 'spare' : env.P8A_LINK_TICKET !== undefined ? 'run' : 'program'
    const { error, after } = pass(`spawn ${kind}`, false)
    // Node tells what the system refuses by an event: a program that cannot be there brings one about.
    const result = error ? refusedSpawn(spawn, error) : spawn(...args)
    after()
    return result
  }
  childProcess.spawn = wrappedSpawn as typeof childProcess.spawn
  process.kill = ((pid: number, signal?: string | number) => {
    const { error, after } = pass(`signal ${signal ?? 'SIGTERM'}`, false)
    if (error) throw error
    const result = killNow(pid, signal)
    after()
    return result
  }) as typeof process.kill
  Date.now = () => wallMs() + offsetMs
  syncBuiltinESMExports()

  /** @returns what is answered */
  function obey(next: Order): Answer {
    if (next.do === 'tell') return { points, hits }
    if (next.do === 'clock') {
      offsetMs += next.byMs
      return { points: [], hits: [] }
    }
    order = next
    points = []
    hits = []
    return { points, hits }
  }

  fs.rmSync(control, { force: true })
  const server = net.createServer(connection => {
    connection.on('error', () => {})
    connection.on('data', bytes => {
      for (const line of String(bytes).split('\n').filter(Boolean)) {
        connection.write(`${JSON.stringify(obey(JSON.parse(line) as Order))}\n`)
      }
    })
  })
  server.listen(control).unref()
}

/** Whether a file is opened by these flags to be read and no more. */
function isReading(flags: unknown): boolean {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants
  return typeof flags === 'number' && (flags & (O_WRONLY | O_RDWR | O_CREAT)) === 0
}

function refusedSpawn(spawn: AnyFunction, error: Error): unknown {
  const child = spawn('/nowhere/at/all', [], { stdio: 'ignore' }) as NodeJS.EventEmitter
  const emit = child.emit.bind(child)
  child.emit = (event: string | symbol, ...args: unknown[]) => emit(event, ...(event === 'error' ? [error] : args))
  return child
}
