// Has V8 keep the daemon small. It is idle nearly always, and what it does is over in milliseconds; only the reading of
// long logs is work that lasts.
import { setFlagsFromString } from 'node:v8'

/** The compilers that make code faster and more. They are in Node's program: 5 MB of it are read once one of them runs. */
const compilers = ['maglev', 'turbofan']

/**
 * Called once all modules are loaded: with other flags V8 refuses the code that Node keeps ready for its built-in
 * modules, and compiles them anew.
 */
export function favorMemory(): void {
  setFlagsFromString('--optimize-for-size')
  for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`)
}

/** From here on what runs often is compiled for speed. For good: the compilers are in memory then. */
export function favorSpeed(): void {
  for (const compiler of compilers) setFlagsFromString(`--${compiler}`)
}
