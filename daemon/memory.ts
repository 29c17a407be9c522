// Has V8 keep the daemon small. It is idle nearly always, so memory that a burst of work took is given back, and code is
// compiled for speed only where there is a lot of work, such as gigabytes of log.
import { setFlagsFromString } from 'node:v8'

/** How often a function runs before it is compiled for speed; V8's own 400 and 3000, a hundred times. */
const callsToOptimize = { maglev: 40_000, turbofan: 300_000 }

/**
 * Called once all modules are loaded: with other flags V8 refuses the code that Node keeps ready for its built-in
 * modules, and compiles them anew.
 */
export function favorMemory(): void {
  setFlagsFromString('--optimize-for-size')
  for (const [tier, calls] of Object.entries(callsToOptimize))
    setFlagsFromString(`--invocation-count-for-${tier}=${calls}`)
}
