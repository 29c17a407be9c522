// All that is wrong by the rules of the house, as lines.
import { circlesOf } from '../source/graph.ts'
import { checkFloors } from './floors.ts'
import { checkFolders } from './folders.ts'
import { checkPowers } from './powers.ts'
import type { Project } from './project.ts'

export function breachesIn(project: Project): string[] {
  const circles = circlesOf(project.graph).map(files => `a circle of imports: ${files.join(', ')}`)
  return [...checkFolders(project), ...checkFloors(project), ...checkPowers(project), ...circles]
}
