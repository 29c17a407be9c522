// A directory of a test's own, gone when the test is over.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Scratch = Disposable & {
  dir: string
  /** The path of what has this name in the directory, be it there or not. */
  path: (name: string) => string
  /** Writes a file, with the folders that lead to it, and returns its path. */
  file: (name: string, text: string) => string
}

/** What was under way when a test was over may have made its directory again. */
const removed = new Set<string>()
process.on('exit', () => {
  for (const dir of removed) rmSync(dir, { recursive: true, force: true })
})

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
    [Symbol.dispose]: () => removeAll(dir),
  }
}

/** Folders of images are sealed, and nobody but root can remove what is in them. A test may have removed all itself. */
function removeAll(dir: string): void {
  if (process.getuid?.() !== 0 && existsSync(dir)) execFileSync('chmod', ['-R', 'u+rwX', dir])
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  removed.add(dir)
}
