// The results of the methods as shapes: the OpenRPC document shows them, and a client checks by them what a host
// answers. Further members are allowed, as a later version may have more; so are further words where only people read
// them. The types stand in words.ts.
import type { MethodName } from './methods.ts'
import { hostResults } from './results-host.ts'
import { imageResults } from './results-image.ts'
import { podResults } from './results-pod.ts'
import { queueResults } from './results-queue.ts'
import type { Shape } from './shape.ts'

/** The result of each method. */
export const results = {
  ...hostResults,
  ...podResults,
  ...queueResults,
  ...imageResults,
} as const satisfies Record<MethodName, () => Shape>
