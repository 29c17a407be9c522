// The commands about groups: part of the table of all.
import type { CommandSpec } from '../argv/command.ts'

export const groupTable: readonly CommandSpec[] = [
  {
    usage: 'group set <remote> <name> <...weights>',
    about: 'Let a name mean several pods, each with its share of requests and calls',
    flags: [
      ['--sticky <what>', 'Send a client to the same pod again: cookie, address or header:NAME'],
      ['--route <route>', 'Where a gateway reaches the group (may be repeated)'],
    ],
    examples: [
      'pod group set web web-v1=90 web-v2=10',
      'pod group set web web-v1=1 web-v2=1 --sticky cookie --route app.test',
    ],
    load: () => import('../commands/group-set.ts'),
  },
  {
    usage: 'group list <remote>',
    aliases: ['group ls'],
    about: 'List the names that mean several pods',
    load: () => import('../commands/group-list.ts'),
  },
  {
    usage: 'group remove <remote> <name>',
    aliases: ['group rm'],
    about: 'Let a name mean no group any more; the pods stay as they are',
    load: () => import('../commands/group-remove.ts'),
  },
]
