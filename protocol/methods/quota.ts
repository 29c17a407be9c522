// The methods about quotas: what a path that is handed to others may have in all.
import * as v from 'valibot'
import { quotaChangeSchema } from '../quota.ts'
import { hops, path } from './fields.ts'

export const quotaMethods = {
  'quota.list': {
    summary: 'The quotas at a path and within it, with what is used of them',
    params: v.strictObject({ path, hops }),
  },
  'quota.set': {
    summary: 'Bounds what a path within this one may have in all; without any bound it has no quota',
    params: v.strictObject({
      path,
      hops,
      tenant: v.pipe(v.string(), v.maxLength(1024), v.description('the path that is bounded, from `path` on')),
      bounds: v.pipe(quotaChangeSchema, v.description('what is to be other than before: null takes a bound away')),
    }),
  },
} as const
