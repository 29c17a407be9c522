// What is in force for a pod: its desired state, with the config and policy that follow from it.

import type { PodConfig } from '../../protocol/config.ts'
import { mergeConfig, type Policy, policyOf } from '../../protocol/policy.ts'
import type { Image } from '../image/store.ts'
import { type Desired, reloaded, specOf } from '../store/desired.ts'

export type InForce = {
  desired: Desired
  image: Image
  spec: string
  /** What profiles say, merged with the image's config, with that of the start, and with variables that were set. */
  config: PodConfig
  policy: Policy
  scale: number
  /** While it is reloaded. */
  reload?: Reloading
}

/** `next`: where the reload leads. `isBack`: it goes back from there, since it failed. */
export type Reloading = { next: InForce; width: number; isBack: boolean }

/** @param image that of the desired version; `next`: that of the version to which it is reloaded */
export function inForceOf(desired: Desired, image: Image, next?: Image): InForce {
  const shared = (desired.profiles ?? []).reduce((config, profile) => mergeConfig(config, profile.config), {})
  const own = mergeConfig(mergeConfig(shared, image.config), desired.config)
  const config = mergeConfig(own, desired.env ? { env: desired.env } : {})
  const grown = config.kind === 'worker' ? desired.grown : undefined
  const scale = grown ?? desired.scale ?? config.scale ?? 1
  const { reload } = desired
  return {
    desired,
    image,
    config,
    policy: policyOf(config),
    scale,
    spec: specOf(desired),
    ...(reload &&
      next && {
        reload: { next: inForceOf(reloaded(desired), next), width: reload.width, isBack: reload.isBack ?? false },
      }),
  }
}

/** What its slots are to have: where a reload leads, unless it goes back. */
export function targetOf(inForce: InForce): InForce {
  const { reload } = inForce
  return reload && !reload.isBack ? reload.next : inForce
}

/** With what a run of this spec was begun, as far as that is known: one that nothing tells of has what is in force. */
export function inForceFor(inForce: InForce | undefined, spec: string | undefined): InForce | undefined {
  const next = inForce?.reload?.next
  return next && next.spec === spec ? next : inForce
}
