// The commands about profiles.
import type { CommandSpec } from '../argv/command.ts'
import { startFlags } from '../argv/start-flags.ts'

export const profileTable: readonly CommandSpec[] = [
  {
    usage: 'profile set <remote> <name>',
    about: 'Keep policy under a name, in the place of what it said; all pods that have it get it at once',
    flags: [
      ...startFlags.filter(([text]) => !/^--(?:profile|kind) /.test(text)),
      ['--no-wait', 'Do not wait for the outcome'],
    ],
    examples: ['pod profile set small --retries 3 --sleep 15m', 'pod start web --profile small --profile eu'],
    load: () => import('../commands/profile-set.ts'),
  },
  {
    usage: 'profile apply <remote> <name>',
    about: 'Take up what somebody wrote into the file of a profile, in all pods that have it',
    flags: [['--no-wait', 'Do not wait for the outcome']],
    load: () => import('../commands/profile-apply.ts'),
  },
  {
    usage: 'profile list <remote>',
    aliases: ['profile ls'],
    about: 'List the profiles, with the pods that have them',
    load: () => import('../commands/profile-list.ts'),
  },
  {
    usage: 'profile show <remote> <name>',
    about: 'Show what a profile says',
    load: () => import('../commands/profile-show.ts'),
  },
  {
    usage: 'profile remove <remote> <name>',
    aliases: ['profile rm'],
    about: 'Remove a profile that no pod has',
    load: () => import('../commands/profile-remove.ts'),
  },
]
