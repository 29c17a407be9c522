// A host: where it is, its pods, their files, and the world as it stands there.
import type { Seams } from '../system/seams.ts'
import type { PodFiles } from './pod-files.ts'
import type { Pods } from './pods.ts'
import type { Sleepers } from './sleepers.ts'
import type { Tenants } from './tenants.ts'

/** `path`: dotted; of the root it is empty. Paths and log are the host's own; `tenants` are those of all. */
export type Place = {
  path: string
  seams: Seams
  pods: Pods
  files: PodFiles
  sleepers: Sleepers
  tenants: Tenants
}
