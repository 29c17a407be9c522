// The methods about profiles: policy that has a name.
import * as v from 'valibot'
import { configSchema } from '../config.ts'
import { hops, path, wait } from './fields.ts'

const profile = v.pipe(v.string(), v.maxLength(1024), v.description('name of a profile'))

export const profileMethods = {
  'profile.list': {
    summary: 'Policy that has a name, and the pods that have it',
    params: v.strictObject({ path, hops }),
  },
  'profile.set': {
    summary: 'Sets what a profile says, in all pods that have it; where one of them could not have it, nothing changes',
    params: v.strictObject({
      path,
      hops,
      profile,
      config: v.optional(v.pipe(configSchema, v.description('all that it says; without it, what its file says now'))),
      wait,
    }),
  },
  'profile.remove': {
    summary: 'Removes a profile that no pod has',
    params: v.strictObject({ path, hops, profile }),
  },
} as const
