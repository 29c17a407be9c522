// The commands about images: part of the table of all.
import type { CommandSpec } from '../argv/command.ts'

export const imageTable: readonly CommandSpec[] = [
  {
    usage: 'copy <remote> <name> <to> [version]',
    about: 'Give a version of a pod to another host, which keeps it as the newest version of its pod of that name',
    flags: [['--as <name>', 'The name of the pod there (default: the same)']],
    examples: ['pod copy local web prod', 'pod copy staging web prod v12', 'pod copy local web local --as web-next'],
    load: () => import('../commands/copy.ts'),
  },
  {
    usage: 'image list <remote>',
    aliases: ['image ls'],
    about: 'List the images that a host keeps, and the pods that have them',
    load: () => import('../commands/image-list.ts'),
  },
  {
    usage: 'image export <remote> <name> <file> [version]',
    about: 'Write a version of a pod into one file, which another host takes; - is stdout',
    examples: ['pod image export local web web.image', 'pod image export local web - v3 > web.image'],
    load: () => import('../commands/image-export.ts'),
  },
  {
    usage: 'image import <remote> <name> <file>',
    about: 'Take such a file as the newest version of a pod; it is checked by its hashes first; - is stdin',
    examples: ['pod image import local web web.image', 'pod image export local web - | pod image import prod web -'],
    load: () => import('../commands/image-import.ts'),
  },
  {
    usage: 'image prune <remote>',
    about: 'Remove what no pod uses of images',
    flags: [['--keep <n>', 'Also remove older versions: each pod keeps n, and those that run']],
    load: () => import('../commands/image-prune.ts'),
  },
]
