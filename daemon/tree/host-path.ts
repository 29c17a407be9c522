// The dotted paths of hosts.
import { isName } from '../../protocol/names.ts'

/** Whether a folder's name is the path of a host. */
export function isHostPath(path: string): boolean {
  return path.split('.').every(isName)
}

/** The path of the host that one lies in; of the root it is empty. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')))
}

/** How many hosts lead to one from the root, itself counted. */
export function depthOf(path: string): number {
  return path.split('.').length
}
