// A directory of a test's own, gone when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Dir = Disposable & { dir: string; path: (name: string) => string }

export function makeDir(): Dir {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-store-'))
  return {
    dir,
    path: name => join(dir, name),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** The error that `work` rejects with. */
export async function errorOf(
  work: Promise<unknown>,
): Promise<Error & { code: string; message: string; hint?: string; facts: Record<string, unknown> }> {
  return await work.then(
    value => {
      throw new Error(`it should fail: ${JSON.stringify(value)}`)
    },
    error => error,
  )
}
