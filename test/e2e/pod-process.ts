// Does one `pod` command after the other, as pod-command.ts orders: to start Node would take most of the time of each. A command is
// the built program, loaded anew, with arguments, environment and directory of its own and an empty stdin. It is over as a
// process would be: when nothing is left to do, or by process.exit(). What is open then ends with this process.
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import type { Order, Outcome } from './pod-command.ts'

/** How long what a command has closed may take to be gone. */
const closedMs = 200
/** What a command may change that a process has from its parent. */
const umask = process.umask()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const [program = '', mark = ''] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const endProcess = process.exit.bind(process)
let exiting: NodeJS.Timeout | undefined
let isSteady = false

process.on('message', order => begin(order as Order))
process.on('disconnect', () => endProcess())
process.on('beforeExit', () => {
  if (!exiting) closeOutput()
  end({ isLast: false })
})
process.on('uncaughtException', error => {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
  closeOutput()
  end({ isLast: true })
})
process.exit = (code?: number | string | null) => {
  if (code !== undefined) process.exitCode = code
  closeOutput()
  // A timer that counts only as long as something else is open.
  exiting ??= setTimeout(() => end({ isLast: true }), closedMs).unref()
  return undefined as never
}

function begin({ args, env, cwd, ...order }: Order): void {
  isSteady = order.isSteady ?? false
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  process.argv = [process.execPath, program, ...args]
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([]) })
  for (const path of Object.keys(require.cache)) if (!path.includes('/node_modules/')) delete require.cache[path]
  // From now on, only what the command does keeps this process.
  process.channel?.unref()
  require(program)
}

/** What is printed behind the mark is no more of this command. */
function closeOutput(): void {
  process.stdout.write(mark)
  process.stderr.write(mark)
}

function end({ isLast }: { isLast: boolean }): void {
  const code = Number(process.exitCode ?? 0)
  clearTimeout(exiting)
  exiting = undefined
  process.exitCode = undefined
  process.umask(umask)
  process.chdir('/')
  for (const signal of signals) process.removeAllListeners(signal)
  process.channel?.ref()
  const outcome: Outcome = { code, isLast: isLast || (!isSteady && hasBundled()) }
  process.send?.(outcome, () => outcome.isLast && endProcess())
}

/** It keeps the directory in which it was loaded, and a process with the environment of the command. */
function hasBundled(): boolean {
  return Object.keys(require.cache).some(path => path.endsWith('/esbuild/lib/main.js'))
}
