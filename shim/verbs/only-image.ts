// What a push takes of an image.
import type { Image } from '../../protocol/author.ts'
import type { MethodInput } from '../../protocol/methods.ts'

/** All that a push takes, but for where it goes and for a folder of the machine, which is not the author's to name. */
type Member = Exclude<keyof MethodInput<'pod.push'>, 'path' | 'hops' | 'folder'>

const members = Object.keys({
  ...{ name: 0, code: 0, encoding: 0, kind: 0, map: 0, file: 0, labels: 0, message: 0, tree: 0, entry: 0, args: 0 },
  ...{ command: 0, build: 0, noBuild: 0, asIs: 0, writable: 0, isProgram: 0, within: 0, workspaces: 0, builtFor: 0 },
} satisfies Record<Member | keyof Image, 0>) as (keyof Image)[]

/** The members of an image that a push takes; an author may have added others. */
export function onlyImage(image: Image): Image {
  return Object.fromEntries(members.map(member => [member, image[member]])) as Image
}
