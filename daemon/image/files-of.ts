// The files of an image, as they were pushed: what was installed for it is not among them.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataPaths } from '../system/paths.ts'
import { folderOf, type Image, mainFile } from './store.ts'

/** Where its bytes lie, which may be shared with other versions: the same `id` has the same bytes. */
export type ImageFile = { at: string; size: number; id: string }

/** By path. @param most how many at most @throws an error of the system */
export async function filesOf(paths: DataPaths, image: Image, most: number): Promise<Map<string, ImageFile>> {
  const found = new Map<string, ImageFile>()
  if (image.format !== 'folder') {
    // The link to a source map follows the code.
    found.set(image.file, { at: mainFile(paths, image), size: image.size, id: image.code ?? image.hash })
    return found
  }
  const root = folderOf(paths, image)
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined && found.size < most; folder = waiting.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && entry.name !== 'node_modules') waiting.push(path)
      if (!entry.isFile()) continue
      const { size, dev, ino } = await stat(join(root, path))
      found.set(path, { at: join(root, path), size, id: `${dev}:${ino}` })
    }
  }
  return found
}
