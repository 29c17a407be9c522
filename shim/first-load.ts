// Tells when a module of Node is first asked for, before whoever asks has it: so what is to be changed in it need not load it. Node's own
// modules load each other without being seen here.
import { registerHooks } from 'node:module'

type Waiting = { modules: readonly string[]; then: () => void }

let waiting: Waiting[] = []
let stopHooks = () => {}
let isGettingWatched = false

/**
 * Calls `then` once one of the modules is asked for, however that is done; at once if one of them is loaded by now.
 * @param modules their names, without `node:`
 */
export function onFirstLoad(modules: readonly string[], then: () => void): void {
  if (modules.some(isLoaded)) {
    then()
    return
  }
  if (waiting.length === 0) watch()
  waiting.push({ modules, then })
}

/** Whether the module is loaded; its name is without `node:`. */
export function isLoaded(module: string): boolean {
  const { moduleLoadList = [] } = process as { moduleLoadList?: string[] }
  return moduleLoadList.includes(`NativeModule ${module}`)
}

function watch(): void {
  const hooks = registerHooks({
    resolve: (name, context, next) => {
      tell(name)
      const found = next(name, context)
      // By `imports` of a package.json, it is asked for under any name.
      tell(found.url)
      return found
    },
  })
  stopHooks = () => hooks.deregister()
  if (!isGettingWatched) watchGetting()
  isGettingWatched = true
}

/** The hooks do not see this one. */
function watchGetting(): void {
  const get = process.getBuiltinModule
  const telling = (name: string) => {
    if (typeof name === 'string') tell(name)
    return get(name)
  }
  process.getBuiltinModule = Object.defineProperties(telling, Object.getOwnPropertyDescriptors(get)) as typeof get
}

function tell(name: string): void {
  const module = name.startsWith('node:') ? name.slice(5) : name
  const over = waiting.filter(({ modules }) => modules.includes(module))
  if (over.length === 0) return
  // First, since they ask for the module themselves.
  waiting = waiting.filter(one => !over.includes(one))
  // While nothing is waited for, no module pays for it.
  if (waiting.length === 0) stopHooks()
  for (const { then } of over) then()
}
