// What is in force of a pod: its desired state, with what that stands for worked out.
import { mergeConfig, type PodConfig, type Policy, policyOf } from '../../protocol/config.ts'
import type { Image } from '../image/store.ts'
import { type Desired, specOf } from '../store/desired.ts'

export type InForce = {
  desired: Desired
  image: Image
  spec: string
  /** What the image's config and that of the start come to. */
  config: PodConfig
  policy: Policy
  scale: number
}

/** @param image of the version that is desired */
export function inForceOf(desired: Desired, image: Image): InForce {
  const config = mergeConfig(image.config, desired.config)
  const scale = desired.scale ?? config.scale ?? 1
  return { desired, image, config, policy: policyOf(config), scale, spec: specOf(desired) }
}
