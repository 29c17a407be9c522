// What of the image and config in force a status tells: labels, exports, and the config without its secrets.
import type { ImageInfo, PodStatus } from '../../protocol/words.ts'
import type { InForce } from '../pod/in-force.ts'

type Told = { inForce: InForce | undefined }

/** Of a pod whose files cannot be read nothing is known. */
export function toldOf({ inForce }: Told): Pick<PodStatus, 'labels' | 'exports' | 'config'> {
  const { env, ...config } = inForce?.config ?? {}
  return {
    labels: config.labels ?? {},
    exports: inForce?.image.exports ?? [],
    config: env ? { ...config, env: Object.keys(env) } : config,
  }
}

/** The versions of a pod that are kept, oldest first. */
export function imagesOf({ inForce }: Told): ImageInfo[] {
  const images = inForce?.desired.images ?? []
  return images.map(({ file, ...image }) => (file === undefined ? image : { ...image, file }))
}
