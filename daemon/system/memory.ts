// Makes V8 keep the daemon small. The daemon is idle nearly always, and its work takes milliseconds; only reading long
// logs takes longer.
import { setFlagsFromString } from 'node:v8'

/**
 * The compilers that make code faster and larger. They are a part of Node's program: 5 MB of it are read once one of
 * them runs.
 */
const compilers = ['maglev', 'turbofan']

/** What Node loads by itself once something listens. */
const forListening = ['cluster', 'dns']

/**
 * Called once all modules are loaded: with other flags V8 refuses Node's precompiled built-in modules, and compiles
 * them again.
 */
export function favorMemory(): void {
  for (const module of forListening) process.getBuiltinModule(module)
  setFlagsFromString('--optimize-for-size')
  for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`)
}

/** A host with so many pods has tens of MB of them, and its answers about all of them take long. */
const manyPods = 500

/** Called where something is told of each pod. */
export function favorSpeedOf(pods: number): void {
  if (pods >= manyPods) favorSpeed()
}

/** From here on, code that runs often is compiled for speed. It stays so: the compilers are in memory then. */
export function favorSpeed(): void {
  for (const compiler of compilers) setFlagsFromString(`--${compiler}`)
}
