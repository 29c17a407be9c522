// The methods that bring code to a host.
import * as v from 'valibot'
import { writableSchema } from '../config.ts'
import { platformSchema } from '../image.ts'
import { labelsSchema } from '../labels.ts'
import { contentsSchema, hashesSchema, treePathSchema, treeSchema } from '../tree.ts'
import { hops, path, pod } from './fields.ts'

/** How long a message of a push may be, in characters. */
const maxMessage = 500

export const pushMethods = {
  'pod.push.missing': {
    summary: 'Which files of a folder that is to be pushed the host does not have yet',
    params: v.strictObject({
      path,
      hops,
      hashes: v.pipe(hashesSchema, v.description('sha256 of their bytes, hex')),
      files: v.optional(v.pipe(v.number(), v.description('how many it has, so that what is too much is not sent'))),
      bytes: v.optional(v.pipe(v.number(), v.description('how many bytes they have'))),
      largest: v.optional(v.strictObject({ path: v.string(), size: v.number() })),
    }),
  },
  'pod.push.files': {
    summary: 'Bytes of files of a folder that is to be pushed',
    params: v.strictObject({ path, hops, files: contentsSchema }),
  },
  'pod.push': {
    summary: 'Stores a new version of a pod; makes the pod if there is none',
    params: v.strictObject({
      ...pod,
      code: v.optional(
        v.pipe(
          v.string(),
          v.description(
            'JavaScript that needs no bundling, or a script: a #! line, a file that ends in .sh, or a program',
          ),
        ),
      ),
      tree: v.optional(v.pipe(treeSchema, v.description('in the place of code: the files of a folder, by path'))),
      folder: v.optional(
        v.pipe(
          v.string(),
          v.description('in the place of code: a folder of the machine of the host, used where it is'),
        ),
      ),
      entry: v.optional(
        v.pipe(v.string(), v.nonEmpty('is empty'), v.description('the file of the folder that starts')),
      ),
      args: v.optional(v.pipe(v.array(v.string()), v.description('its arguments'))),
      command: v.optional(
        v.pipe(
          v.string(),
          v.nonEmpty('is empty'),
          v.description('a command line that starts it, in the place of a file'),
        ),
      ),
      build: v.optional(v.pipe(v.string(), v.nonEmpty('is empty'), v.description('a command line that builds it'))),
      noBuild: v.optional(v.pipe(v.boolean(), v.description('do not build it'))),
      asIs: v.optional(v.pipe(v.boolean(), v.description('neither install nor build: the files are all there'))),
      writable: v.optional(
        v.pipe(writableSchema, v.description('what its runs may write in, in the place of what its policy says')),
      ),
      within: v.optional(
        v.pipe(
          treePathSchema,
          v.description('the folder in the tree that is meant, where the tree is the workspace around it'),
        ),
      ),
      workspaces: v.optional(
        v.pipe(
          v.array(treePathSchema),
          v.description('the packages of the workspace that are installed and built, in this order'),
        ),
      ),
      isProgram: v.optional(
        v.pipe(v.boolean(), v.description('one program with what it loads: it starts in the storage of the pod')),
      ),
      builtFor: v.optional(
        v.pipe(platformSchema, v.description('the machine that native addons in the tree were built for')),
      ),
      encoding: v.optional(
        v.pipe(
          v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"'),
          v.description('base64: for bytes that are not text'),
        ),
        'utf8',
      ),
      kind: v.optional(
        v.pipe(
          v.picklist(['script', 'service'], 'must be "script" or "service"'),
          v.description('store it as a script, whatever it looks like; service: as one that is kept up'),
        ),
      ),
      map: v.optional(v.pipe(v.string(), v.description('source map of the code, JSON'))),
      file: v.optional(v.pipe(v.string(), v.maxLength(255), v.description('name of the source, for messages'))),
      labels: v.optional(v.pipe(labelsSchema, v.description('labels that the pod gets beside those that it has'))),
      message: v.optional(
        v.pipe(v.string(), v.maxLength(maxMessage), v.description('what the version is about, for people')),
      ),
    }),
  },
  'pod.script': {
    summary: 'A script as it was pushed last',
    params: v.strictObject({
      ...pod,
      encoding: v.optional(v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"')),
    }),
  },
} as const
