// The commands about webhooks.
import type { CommandSpec } from '../argv/command.ts'

export const hookTable: readonly CommandSpec[] = [
  {
    usage: 'hook add <remote> <url>',
    about: 'Tell an address over HTTP of each event from now on, signed with a secret that you are asked for',
    flags: [
      ['--on <types>', 'Only of events of these types, such as crashed,gave-up; all: of every event (may be repeated)'],
      ['--pod <name>', 'Only of this pod'],
      ['--secret <secret>', '"-" reads the secret from stdin; every user can see the arguments of a command'],
    ],
    examples: [
      'pod hook add https://example.org/p8a --on crashed,gave-up',
      'pod hook add prod https://example.org/p8a --on all --secret - < secret.txt',
    ],
    load: () => import('../commands/hook-add.ts'),
  },
  {
    usage: 'hook list <remote>',
    aliases: ['hook ls'],
    about: 'List the webhooks, and how far each is',
    load: () => import('../commands/hook-list.ts'),
  },
  {
    usage: 'hook remove <remote> <hook>',
    aliases: ['hook rm'],
    about: 'End a webhook, named by its number or its address',
    load: () => import('../commands/hook-remove.ts'),
  },
]
