// What a config says of places: which hosts may have a pod, how many runs, and whether two may never live at once. Pure.
import type { PodConfigInput } from 'p8a'
import { fleetError } from './host/errors.ts'
import type { PodImage, PodRecord } from './records.ts'

type Policy = Pick<PodRecord, 'config' | 'scale' | 'tags' | 'isPacked' | 'isExclusive' | 'memory'>

/**
 * @param config as it was given at the start; what the image says itself stands behind it
 * @throws {Error} `bad_config` if several runs of an exclusive pod are wanted
 */
export function policyOf(name: string, config: PodConfigInput, image: Pick<PodImage, 'own'>): Policy {
  const { scale = 1, on, exclusive = false, limits } = { ...(image.own as PodConfigInput), ...config }
  checkScale(name, scale, exclusive)
  return {
    config,
    scale,
    tags: [on?.tag ?? []].flat(),
    isPacked: on?.pack === true,
    isExclusive: exclusive,
    memory: bytesOf(limits?.memory),
  }
}

/** @throws {Error} `bad_config` */
export function checkScale(name: string, scale: number, isExclusive: boolean): void {
  if (!isExclusive || scale <= 1) return
  const why = `Cannot have ${scale} runs of pod "${name}": it is exclusive, so that two never live at once`
  throw fleetError('bad_config', why, 'Leave out exclusive, or scale it to 1')
}

/** The root has refused what is no size before. */
function bytesOf(size: string | number | undefined): number {
  const [, amount = '0', unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(String(size ?? 0)) ?? []
  return Math.round(Number(amount) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit.toUpperCase()))
}
