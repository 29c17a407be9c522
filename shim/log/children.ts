// Sees each child process before it begins, however it is started, and decides its stdin, stdout and stderr.
import { subscribe } from 'node:diagnostics_channel'
import { syncBuiltinESMExports } from 'node:module'
import { onFirstLoad } from '../first-load.ts'

/** `stdio` as the functions of `node:child_process` take it. */
type Stdio = unknown
type Options = { stdio?: Stdio }
type AnyFunction = (...args: unknown[]) => unknown

/** The functions that begin a child and wait for its end. All others use a method of the class ChildProcess. */
const waiters = ['spawnSync', 'execSync', 'execFileSync'] as const

/** What is done with the `stdio` of each child. */
let pass = (stdio: Stdio): Stdio => stdio
let isPatched = false
/** Whether it is told once children can begin. */
let isWaiting = false

/** @param by takes the `stdio` of each child, and returns the one that the child gets */
export function passStdio(by: (stdio: Stdio) => Stdio): void {
  pass = by
  seeChildren()
}

/** Gets ready to see children: a process that waits for a run has time for that. */
export function seeChildren(): void {
  if (isWaiting) return
  isWaiting = true
  // Loading it takes four milliseconds and 2 MB, so it is not loaded before the pod does. Node publishes a child here
  // before it begins, even one that a module of Node begins, such as `cluster`.
  subscribe('child_process', patchOnce)
  onFirstLoad(['child_process'], patchOnce)
}

function patchOnce(): void {
  if (isPatched) return
  isPatched = true
  const module = process.getBuiltinModule('node:child_process')
  const { prototype } = module.ChildProcess as unknown as { prototype: { spawn: (options: Options) => unknown } }
  const { spawn } = prototype
  prototype.spawn = function (options) {
    return spawn.call(this, { ...options, stdio: pass(options.stdio) })
  }
  for (const name of waiters) {
    const original = module[name] as AnyFunction
    const passing: AnyFunction = (...args) => original(...args.map(arg => (hasStdio(arg) ? withStdio(arg) : arg)))
    Object.assign(module, { [name]: Object.defineProperties(passing, Object.getOwnPropertyDescriptors(original)) })
  }
  syncBuiltinESMExports()
}

/** Whether it is an options object with `stdio`. Without it, a child that is waited for gets pipes. */
function hasStdio(arg: unknown): arg is Options {
  return typeof arg === 'object' && arg !== null && !Array.isArray(arg) && (arg as Options).stdio !== undefined
}

function withStdio(options: Options): Options {
  return { ...options, stdio: pass(options.stdio) }
}
