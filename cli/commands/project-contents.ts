// Digests of what would be pushed of the pods of a project.
import { readFile } from 'node:fs/promises'
import { programOf } from '../folder/program.ts'
import { digestOf, type Readers } from '../project/content.ts'
import type { Project } from '../project/manifest.ts'
import { pushedFile } from './built-in.ts'
import { bundleOf, loadedFiles, scriptAlone, takenFile } from './bundled.ts'

/** By name of pod. @throws {P8aError} what reading and bundling throw */
export async function contentsOf({ pods }: Project): Promise<Map<string, string>> {
  const found = await Promise.all(
    pods.map(async ({ name, push }) => {
      const path = await pushedFile(push.path)
      return [name, await digestOf({ ...push, path }, readers)] as const
    }),
  )
  return new Map(found)
}

const readers: Readers = {
  tree: async (folder, options) => (await (await import('../folder/read-folder.ts')).readFolder(folder, options)).tree,
  file: async path => {
    const script = await scriptAlone(path)
    if (script) return script.code
    if ((await takenFile(path)).as === 'program') {
      const { root, ...program } = await programOf(path, loadedFiles)
      const { readFolder } = await import('../folder/read-folder.ts')
      const { tree } = await readFolder(root, { asIs: false, only: program.only })
      return JSON.stringify([program.entry, tree])
    }
    // A push says what is wrong with it.
    return await bundleOf(path).then(
      ({ code }) => code,
      async () => await readFile(path, 'latin1'),
    )
  },
}
