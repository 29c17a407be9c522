// What is in force for a pod: its desired state, with the config and policy that follow from it.
import { mergeConfig, type PodConfig, type Policy, policyOf } from '../../protocol/config.ts'
import type { Image } from '../image/store.ts'
import { type Desired, specOf } from '../store/desired.ts'

export type InForce = {
  desired: Desired
  image: Image
  spec: string
  /** The image's config merged with that of the start, and with variables that were set. */
  config: PodConfig
  policy: Policy
  scale: number
}

/** @param image that of the desired version */
export function inForceOf(desired: Desired, image: Image): InForce {
  const config = mergeConfig(mergeConfig(image.config, desired.config), desired.env ? { env: desired.env } : {})
  const scale = desired.scale ?? config.scale ?? 1
  return { desired, image, config, policy: policyOf(config), scale, spec: specOf(desired) }
}
