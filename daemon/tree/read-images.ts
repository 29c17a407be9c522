// Reads the images that what is wanted of a pod names.
import { P8aError } from '../../protocol/errors.ts'
import { readImage } from '../image/store.ts'
import { type Desired, imageOf } from '../store/desired.ts'
import type { DataPaths } from '../system/paths.ts'
import type { Images } from './supervisor.ts'

/** @throws {P8aError} `state_broken`; what `readImage` throws */
export async function readImages(paths: DataPaths, desired: Desired, file: string): Promise<Images> {
  const read = async (version: number) => {
    const ref = imageOf(desired, version)
    if (!ref) throw new P8aError('state_broken', `Cannot use ${file}: there is no version ${version}`)
    return await readImage(paths, ref.hash)
  }
  const image = await read(desired.version)
  return desired.reload ? { image, next: await read(desired.reload.version) } : { image }
}
