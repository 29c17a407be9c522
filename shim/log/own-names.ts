// Lets a pod write to its own stdout and stderr by their names, such as /dev/stdout. Opening one of those opens the
// file behind it again, and would empty it. So it is opened for appending, and whole writes take the way of all output.
import { onFirstLoad } from '../first-load.ts'

const fs = process.getBuiltinModule('node:fs')

type AnyFunction = (...args: unknown[]) => unknown
type Functions = Record<string, AnyFunction>
type Take = (fd: 1 | 2, chunk: unknown, encoding?: BufferEncoding) => number

/**
 * @param take writes to the log what goes to a descriptor
 * @param onOpened called when a descriptor was opened by its name: its file has to be watched from then on
 */
export function captureNames(take: Take, onOpened: () => void): void {
  const takeWhole = (to: unknown, data: unknown, options: unknown): boolean => {
    const fd = to === 1 || to === 2 ? to : descriptorOf(to)
    if (fd === undefined || (typeof data !== 'string' && !ArrayBuffer.isView(data))) return false
    take(fd, data, encodingOf(options))
    return true
  }
  const append = (to: unknown, rest: unknown[]): unknown[] => {
    if (descriptorOf(to) === undefined) return rest
    onOpened()
    const [flags, ...others] = rest
    return typeof flags === 'string' || typeof flags === 'number' ? [appending(flags), ...others] : rest
  }
  // Not all of them: some are made, with what they need, when they are first looked at.
  const own = pick(fs, ['open', 'openSync', 'writeFile', 'writeFileSync', 'appendFile', 'appendFileSync'])
  for (const name of ['open', 'openSync'])
    replace(fs, name, (path, ...rest) => own[name]?.(path, ...append(path, rest)))
  for (const name of ['writeFile', 'appendFile']) {
    replace(fs, name, (to, data, ...rest) => {
      if (!takeWhole(to, data, rest[0])) return own[name]?.(to, data, ...rest)
      process.nextTick(rest.at(-1) as AnyFunction, null)
    })
    replace(fs, `${name}Sync`, (to, data, options) =>
      takeWhole(to, data, options) ? undefined : own[`${name}Sync`]?.(to, data, options),
    )
  }
  onPromises(module => {
    const promises = pick(module, ['open', 'writeFile', 'appendFile'])
    replace(module, 'open', (path, ...rest) => promises.open?.(path, ...append(path, rest)))
    for (const name of ['writeFile', 'appendFile']) {
      replace(module, name, async (to, data, options) => {
        if (takeWhole(to, data, options)) return
        // Data that comes in pieces, such as a stream, is written to the file that is opened here.
        return await (descriptorOf(to) === undefined ? promises[name] : promises.appendFile)?.(to, data, options)
      })
    }
  })
}

/**
 * Calls `then` before anybody has the functions of `fs.promises`, by whichever of their two names. Loading them takes 1.5 MB, and many
 * pods never do.
 */
function onPromises(then: (module: object) => void): void {
  const own = Object.getOwnPropertyDescriptor(fs, 'promises') ?? { value: fs.promises }
  const once = () => {
    const now = Object.getOwnPropertyDescriptor(fs, 'promises')
    // What the pod has put there meanwhile stays there.
    if (now?.get === get && now.configurable) Object.defineProperty(fs, 'promises', own)
    then(own.get ? own.get.call(fs) : own.value)
  }
  // Whoever asks for the one name asks for the other.
  const get = () => process.getBuiltinModule('node:fs/promises')
  Object.defineProperty(fs, 'promises', { ...own, get })
  onFirstLoad(['fs/promises', 'internal/fs/promises'], once)
}

function pick(module: object, names: readonly string[]): Functions {
  return Object.fromEntries(names.map(name => [name, (module as Functions)[name] as AnyFunction]))
}

function replace(module: object, name: string, by: AnyFunction): void {
  const replaced = (module as Functions)[name] as AnyFunction
  Object.assign(module, { [name]: Object.defineProperties(by, Object.getOwnPropertyDescriptors(replaced)) })
}

/** The descriptor of this process that a path names. */
function descriptorOf(path: unknown): 1 | 2 | undefined {
  const text = typeof path === 'string' ? path : path instanceof URL ? path.pathname : undefined
  if (text === undefined || !(text.startsWith('/dev/') || text.startsWith('/proc/'))) return undefined
  if (text === '/dev/stdout') return 1
  if (text === '/dev/stderr') return 2
  const [, of, fd] = /^\/(dev|proc\/(?:self|thread-self|\d+))\/fd\/([12])$/.exec(text) ?? []
  const isOwn = of !== undefined && (!/\d/.test(of) || of === `proc/${process.pid}`)
  return isOwn ? (Number(fd) as 1 | 2) : undefined
}

/** The same flags, without those that empty the file or overwrite it. */
function appending(flags: string | number): string | number {
  const { O_APPEND, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = fs.constants
  if (typeof flags === 'number') {
    const isRead = (flags & (O_WRONLY | O_RDWR)) === O_RDONLY
    return isRead ? flags : (flags & ~(O_TRUNC | O_EXCL)) | O_APPEND
  }
  if (flags === 'r' || flags === 'rs') return flags
  return flags.includes('+') ? 'a+' : 'a'
}

function encodingOf(options: unknown): BufferEncoding | undefined {
  return typeof options === 'string'
    ? (options as BufferEncoding)
    : ((options as { encoding?: BufferEncoding } | null | undefined)?.encoding ?? undefined)
}
