// A directory of a test's own, gone when the test is over.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Scratch = AsyncDisposable & { dir: string; file: (name: string, text: string) => Promise<string> }

/** Makes the directory. `file` writes a file in it and returns its path. */
export async function scratch(): Promise<Scratch> {
  const dir = await mkdtemp(join(tmpdir(), 'p8a-cli-'))
  return {
    dir,
    file: async (name, text) => {
      const file = join(dir, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      return file
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}
