// Knows of each child process before it is begun, in whatever way, and says what it gets as its stdin, stdout and stderr.
import { subscribe } from 'node:diagnostics_channel'
import { registerHooks, syncBuiltinESMExports } from 'node:module'

/** `stdio` as the functions of `node:child_process` take it. */
type Stdio = unknown
type Options = { stdio?: Stdio }
type AnyFunction = (...args: unknown[]) => unknown

/** What begins a child and waits for its end. All others begin one by a method of the class ChildProcess. */
const waiters = ['spawnSync', 'execSync', 'execFileSync'] as const

/** @param pass is given the `stdio` of each child, and returns the one that it gets */
export function passStdio(pass: (stdio: Stdio) => Stdio): void {
  let isPatched = false
  const patchOnce = () => {
    if (isPatched) return
    isPatched = true
    patch(pass)
  }
  if (isLoaded('child_process')) {
    patchOnce()
    return
  }
  // To load it costs four milliseconds: so not before the pod does. Node publishes a child here before it begins it, which
  // tells of those too that a module of Node's own begins, such as `cluster`.
  subscribe('child_process', patchOnce)
  const hooks = registerHooks({
    resolve: (name, context, next) => {
      if (name === 'node:child_process' || name === 'child_process') {
        hooks.deregister()
        patchOnce()
      }
      return next(name, context)
    },
  })
}

function patch(pass: (stdio: Stdio) => Stdio): void {
  const module = process.getBuiltinModule('node:child_process')
  const { prototype } = module.ChildProcess as unknown as { prototype: { spawn: (options: Options) => unknown } }
  const { spawn } = prototype
  prototype.spawn = function (options) {
    return spawn.call(this, { ...options, stdio: pass(options.stdio) })
  }
  for (const name of waiters) {
    const original = module[name] as AnyFunction
    const passing: AnyFunction = (...args) => original(...args.map(arg => (hasStdio(arg) ? withStdio(arg, pass) : arg)))
    Object.assign(module, { [name]: Object.defineProperties(passing, Object.getOwnPropertyDescriptors(original)) })
  }
  syncBuiltinESMExports()
}

/** Whether it is an options object that says so; what a child gets that is waited for and is not told of is a pipe. */
function hasStdio(arg: unknown): arg is Options {
  return typeof arg === 'object' && arg !== null && !Array.isArray(arg) && (arg as Options).stdio !== undefined
}

function withStdio(options: Options, pass: (stdio: Stdio) => Stdio): Options {
  return { ...options, stdio: pass(options.stdio) }
}

export function isLoaded(module: string): boolean {
  const { moduleLoadList = [] } = process as { moduleLoadList?: string[] }
  return moduleLoadList.includes(`NativeModule ${module}`)
}
