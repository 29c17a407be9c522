// Does something to the process and its `fs` that is meant for good, and takes it back.
import fs from 'node:fs'

export async function restoring(work: () => unknown): Promise<void> {
  const before = [fs, fs.promises].map(module => [module, functionsOf(module)] as const)
  const streams = (['stdout', 'stderr'] as const).map(name => [name, process[name]] as const)
  try {
    await work()
  } finally {
    for (const [module, functions] of before) Object.assign(module, functions)
    for (const [name, value] of streams) Object.defineProperty(process, name, { configurable: true, value })
  }
}

function functionsOf(module: object): object {
  const all = Object.entries(Object.getOwnPropertyDescriptors(module))
  return Object.fromEntries(all.flatMap(([name, { value }]) => (typeof value === 'function' ? [[name, value]] : [])))
}
