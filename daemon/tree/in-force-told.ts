// What of the image and config in force a status tells: labels, exports, and the config without its secrets.
import type { PodConfig } from '../../protocol/config.ts'
import type { ConfigInForce, ConfigSource, ImageInfo, PodStatus } from '../../protocol/words.ts'
import { takesArguments } from '../image/store.ts'
import type { InForce } from '../pod/in-force.ts'

type Told = { inForce: InForce | undefined }

/** Of a pod whose files cannot be read nothing is known. */
export function toldOf({ inForce }: Told): Pick<PodStatus, 'labels' | 'exports' | 'config' | 'takesArgs' | 'from'> {
  const config = inForce?.config ?? {}
  return {
    labels: config.labels ?? {},
    exports: inForce?.image.exports ?? [],
    ...(inForce && takesArguments(inForce.image) && { takesArgs: true as const }),
    config: withoutValues(config),
    ...(inForce?.desired.profiles && { from: sourcesOf(inForce) }),
  }
}

/** Of variables only the names: the values may be secret. */
export function withoutValues({ env, ...config }: PodConfig): ConfigInForce {
  return env ? { ...config, env: Object.keys(env) } : config
}

/** What is said last counts: the start, the pod itself, a later profile, an earlier one. */
function sourcesOf({ desired, image, config }: InForce): Record<string, ConfigSource> {
  const sourceOf = (key: string): ConfigSource => {
    if (Object.hasOwn(desired.config, key)) return 'start'
    if (Object.hasOwn(image.config, key)) return 'pod'
    const profile = desired.profiles?.findLast(({ config }) => Object.hasOwn(config, key))
    // A variable that was set by itself.
    return profile ? `profile ${profile.name}` : 'start'
  }
  return Object.fromEntries(Object.keys(config).map(key => [key, sourceOf(key)]))
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
