// A directory of a test's own, gone when the test is over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Scratch = Disposable & {
  dir: string
  /** The path of what has this name in the directory, be it there or not. */
  path: (name: string) => string
  /** Writes a file, with the folders that lead to it, and returns its path. */
  file: (name: string, text: string) => string
}

/** Makes the directory: `using at = scratch()`. */
export function scratch(): Scratch {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-test-'))
  const path = (name: string) => join(dir, name)
  return {
    dir,
    path,
    file: (name, text) => {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), text)
      return path(name)
    },
    // A process that is about to end may still write into it.
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }),
  }
}
