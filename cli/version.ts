// The version of p8a that this program belongs to.
import { readFileSync } from 'node:fs'

/** As package.json has it, which lies one folder above both the sources and the build. */
export function version(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version
}
