// Where the shim's program lies: beside the built daemon, or in its sources.
import { fileURLToPath } from 'node:url'

export function shimFile(): string {
  const fromSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(fromSource ? '../shim/main.ts' : './shim.cjs', import.meta.url))
}
