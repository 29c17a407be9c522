// What of the image and config in force a status tells: labels, exports, and the config without its secrets.
import type { ImageInfo, PodStatus } from '../../protocol/words.ts'
import { takesArguments } from '../image/store.ts'
import type { InForce } from '../pod/in-force.ts'

type Told = { inForce: InForce | undefined }

/** Of a pod whose files cannot be read nothing is known. */
export function toldOf({ inForce }: Told): Pick<PodStatus, 'labels' | 'exports' | 'config' | 'takesArgs'> {
  const { env, ...config } = inForce?.config ?? {}
  return {
    labels: config.labels ?? {},
    exports: inForce?.image.exports ?? [],
    ...(inForce && takesArguments(inForce.image) && { takesArgs: true as const }),
    config: env ? { ...config, env: Object.keys(env) } : config,
  }
}

/** The versions of a pod that are kept, oldest first. */
export function imagesOf({ inForce }: Told): ImageInfo[] {
  const images = inForce?.desired.images ?? []
  return images.map(({ file, by, message, ...image }) => ({
    ...image,
    ...(file !== undefined && { file }),
    ...(by !== undefined && { by }),
    ...(message !== undefined && { message }),
  }))
}
