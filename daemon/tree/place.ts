// A host as the verbs see it: where it is, its pods, and the world as it stands there.
import type { Seams } from '../system/seams.ts'
import type { Pods } from './pods.ts'

/** `path`: dotted; of the root it is empty. Paths and log are the host's own. */
export type Place = { path: string; seams: Seams; pods: Pods }
