// The methods about images: what a host keeps of what was pushed, and how others come to have it.
import * as v from 'valibot'
import { treePathSchema } from '../tree.ts'
import { hops, path, pod, wholeNumber } from './fields.ts'

const version = v.optional(v.pipe(wholeNumber(1), v.description('a version of the pod; default: the one to run')))

export const imageMethods = {
  'image.list': {
    summary: 'The images that a host keeps, and the pods that have them',
    params: v.strictObject({ path, hops }),
  },
  'image.show': {
    summary: 'What an image is made of: its files by hash, and how it is pushed elsewhere',
    params: v.strictObject({ ...pod, version }),
  },
  'image.bytes': {
    summary: 'A part of the bytes of a file of an image',
    params: v.strictObject({
      ...pod,
      version,
      file: v.pipe(treePathSchema, v.description('as image.show has it')),
      offset: v.optional(v.pipe(wholeNumber(), v.description('where the part begins')), 0),
    }),
  },
  'image.prune': {
    summary: 'Removes what no pod uses of images; with `keep` also the older versions of all pods',
    params: v.strictObject({
      path,
      hops,
      keep: v.optional(v.pipe(wholeNumber(1), v.description('how many versions of each pod stay'))),
    }),
  },
} as const
