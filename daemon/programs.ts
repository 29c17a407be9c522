// Where the shim's program lies: beside the built daemon, or in its sources.
import { fileURLToPath } from 'node:url'

export function shimFile(): string {
  const isBuilt = import.meta.url.endsWith('.js')
  return fileURLToPath(new URL(isBuilt ? './shim.cjs' : '../shim/main.ts', import.meta.url))
}
