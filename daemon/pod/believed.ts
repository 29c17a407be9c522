// What a process said of further attempts, if it is to be believed: an image never changes, but what is stored of it may have been
// damaged, and mended since.
import { stat } from 'node:fs/promises'
import { isWhole, mainFile, type NewImage } from '../image/store.ts'
import type { End } from '../lifecycle/slot.ts'
import type { DataPaths } from '../system/paths.ts'

/**
 * The end of a run, without an outlook of `none` that follows from code which was not, or is not, what was pushed.
 * @param options.record a file that was written before the code was loaded
 */
export async function believed(
  end: End,
  { paths, image, record }: { paths: DataPaths; image: NewImage; record: string },
): Promise<End> {
  if (end.outlook !== 'none' || image.format === 'folder') return end
  const { outlook: _, ...rest } = end
  try {
    const [code, place, before] = await Promise.all([
      stat(mainFile(paths, image)),
      stat(paths.image(image.hash)),
      stat(record),
    ])
    // What is stored anew is written elsewhere, and put in place later.
    const sinceMs = Math.max(code.mtimeMs, place.ctimeMs)
    return sinceMs > before.mtimeMs || !(await isWhole(paths, image)) ? rest : end
  } catch {
    // Something of it is gone: somebody is at work there.
    return rest
  }
}
