// What a process said of further attempts, if it is to be believed: an image never changes, but what is stored of it may have been
// damaged, and mended since.
import { stat } from 'node:fs/promises'
import { type FileImage, isWhole, mainFile, type NewImage } from '../image/store.ts'
import type { End } from '../lifecycle/slot.ts'
import type { RunRecord } from '../store/run-record.ts'
import type { DataPaths } from '../system/paths.ts'

type Begun = {
  paths: DataPaths
  /** The image that it was begun with. */
  image: NewImage
  /** The file of its record, which was written before the code was loaded, and maybe again later. */
  record: string
  /** When it was begun, by the clock of the host that began it. */
  startedAt: RunRecord['startedAt']
}

/** The end of a run, without an outlook of `none` that follows from code which was not, or is not, what was pushed. */
export async function believed(end: End, begun: Begun): Promise<End> {
  const { image } = begun
  if (end.outlook !== 'none' || image.format === 'folder') return end
  const { outlook: _, ...rest } = end
  try {
    return (await wasWhole(begun, image)) ? end : rest
  } catch {
    // Something of it is gone: somebody is at work there.
    return rest
  }
}

/** Whether the code is whole, and was put there before the run was begun. */
async function wasWhole({ paths, record, startedAt }: Begun, image: Omit<FileImage, 'v'>): Promise<boolean> {
  if (!(await isWhole(paths, image))) return false
  // Only now: one that was mended just before it was read is known by its times.
  const [code, place, written] = await Promise.all([
    stat(mainFile(paths, image)),
    stat(paths.image(image.hash)),
    stat(record),
  ])
  // What is stored anew is written elsewhere, and put in place later.
  const sinceMs = Math.floor(Math.max(code.mtimeMs, place.ctimeMs))
  // A next host writes the record anew, and a clock may be set: whichever is earlier.
  return sinceMs <= Math.min(written.mtimeMs, Date.parse(startedAt))
}
