// Profiles: policy that has a name, apart from images, so that many pods have it and one change acts on all of them.
import type { PodConfig } from './config.ts'
import { P8aError } from './errors.ts'
import type { ConfigInForce } from './words.ts'

/** A profile, with the names of the pods that have it. `problem`: its file cannot be used as it is. */
export type ProfileInfo = { name: string; config: ConfigInForce; pods: string[]; problem?: string }

/**
 * What became of a profile in a pod. `in-place`: it is in force, and the runs stay; `reloaded`: they were replaced, one after
 * the other; `next-start`: no run has to be; `same`: nothing is other; `failed`: the pod goes on as it was, and `why` says why.
 */
export type Applied = { pod: string; how: 'in-place' | 'reloaded' | 'next-start' | 'same' | 'failed'; why?: string }

/** The methods about profiles, by what they answer. */
export type ProfileResults = {
  'profile.list': { profiles: ProfileInfo[] }
  'profile.set': { name: string; config: ConfigInForce; pods: Applied[] }
  'profile.remove': { name: string; removed: true }
}

/** What a profile can hold. @param where what a message calls it @throws {P8aError} `bad_config` */
export function profileConfig(config: PodConfig, where = 'the profile'): PodConfig {
  const wrong = (['profile', 'kind'] as const).find(key => config[key] !== undefined)
  if (wrong === undefined) return config
  throw new P8aError('bad_config', `Cannot use ${where}: a profile has no ${JSON.stringify(wrong)}`, {
    hint: wrong === 'profile' ? 'A pod may name several profiles' : 'It stands with each pod',
    facts: { key: wrong },
  })
}
