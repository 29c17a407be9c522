// What a process does that waits for a run of any pod: it has loaded what most pods will ask for.

/** Loads built-in modules, so that the pod finds them loaded. Those that this Node does not have are passed over. */
export async function loadModules(modules: readonly string[]): Promise<void> {
  // By `import` the same would take ten times as long: it reads every export, and some load half of Node.
  for (const module of modules) process.getBuiltinModule(module)
  process.setSourceMapsEnabled(true)
  // Node tells an address of IPv6 by a pattern that takes V8 six milliseconds to compile, at a server's first listen().
  process.getBuiltinModule('node:net').isIPv6('::')
  // The loader of ES modules is itself loaded by the first of them.
  const nothing: string = 'data:text/javascript,'
  await import(nothing)
  // So is the clock of log lines.
  performance.now()
}

/** Puts `env` in the place of the environment that this process was spawned with. */
export function replaceEnv(env: Record<string, string>): void {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
}
