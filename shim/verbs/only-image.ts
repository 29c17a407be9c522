// What a push takes of an image.
import type { Image } from '../../protocol/author.ts'

/** The members of an image that a push takes; an author may have added others. */
export function onlyImage(image: Image): Image {
  const { name, code, encoding, kind, map, file, tree, labels, message } = image
  const { entry, args, command, build, noBuild, asIs, writable, isProgram, within, workspaces } = image
  const folder = { tree, entry, args, command, build, noBuild, asIs, writable, isProgram, within, workspaces }
  return { name, code, encoding, kind, map, file, labels, message, ...folder } as Image
}
