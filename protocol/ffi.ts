// Functions of the system that Node has not, through `node:ffi`. With a Node without it, and on a system other than Linux, none of
// them can be had.

type Ffi<T> = { dlopen(library: null, functions: object): { functions: T } }

/**
 * @param prototypes of the functions, by name, as `node:ffi` takes them
 * @returns undefined where they cannot be had
 */
export function systemFunctions<T>(prototypes: object): T | undefined {
  if (process.platform !== 'linux') return undefined
  // Node says at the first use that the module may change; that is nobody's news in a log.
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    const ffi = process.getBuiltinModule('node:ffi') as unknown as Ffi<T> | undefined
    return ffi?.dlopen(null, prototypes).functions
  } catch {
    return undefined
  } finally {
    process.emitWarning = emitWarning
  }
}
