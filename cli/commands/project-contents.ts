// Digests of what would be pushed of the pods of a project.
import { readFile } from 'node:fs/promises'
import { readScript } from '../bundle/script-file.ts'
import { isProgram, programOf } from '../folder/program.ts'
import { digestOf, type Readers } from '../project/content.ts'
import type { Project } from '../project/manifest.ts'
import { pushedFile } from './built-in.ts'
import { loadedFiles } from './bundled.ts'

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
  tree: async (folder, options) => await (await import('../folder/push-folder.ts')).treeOf(folder, options),
  file: async path => {
    const script = await readScript(path)
    if (script) return script.code
    if (await isProgram(path)) {
      const { root, ...program } = await programOf(path, loadedFiles)
      const { treeOf } = await import('../folder/push-folder.ts')
      return JSON.stringify([program.entry, await treeOf(root, { asIs: false, only: program.only })])
    }
    const { bundle } = await import('../bundle/bundle.ts')
    // A push says what is wrong with it.
    return await bundle(path).then(
      ({ code }) => code,
      async () => await readFile(path, 'latin1'),
    )
  },
}
