// Prepares a process that waits for a run of any pod: it loads what most pods need.
import { pathToFileURL } from 'node:url'
import { seeChildren } from './log/children.ts'
import { rehearse } from './rehearsal.ts'

/** The first module is that of nobody. Not joined: that takes V8 so many calls by the character that it compiles them, and that compiler is 2 MB. */
const nothing = `${import.meta.dirname}/nothing.mjs`

/** Loads built-in modules, so that the pod finds them loaded. Modules that this Node does not have are skipped. */
export async function loadModules(modules: readonly string[]): Promise<void> {
  // By `import` the same would take ten times as long: it reads every export, and some load half of Node.
  for (const module of modules) process.getBuiltinModule(module)
  process.setSourceMapsEnabled(true)
  // Node recognizes an IPv6 address by a pattern that takes V8 six milliseconds to compile, at a server's first
  // listen().
  process.getBuiltinModule('node:net').isIPv6('::')
  seeChildren()
  // Code in CommonJS within a bundle needs these.
  process.getBuiltinModule('node:vm')
  process.getBuiltinModule('node:module').createRequire(nothing)
  if (modules.includes('http')) await rehearse()
  // The first ES module loads Node's loader of ES modules, and what reads source maps.
  await import(pathToFileURL(nothing).href)
  // The clock of log lines is too.
  performance.now()
}

/** Replaces the environment of this process with `env`. */
export function replaceEnv(env: Record<string, string>): void {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
}
