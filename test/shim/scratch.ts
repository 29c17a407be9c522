// A directory of a test's own, gone when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Scratch = Disposable & { dir: string; path: (name: string) => string }

export function scratch(): Scratch {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-shim-'))
  return {
    dir,
    path: name => join(dir, name),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  }
}
