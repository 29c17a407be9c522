// The commands about work: part of the table of all.
import type { CommandSpec, FlagLine } from '../argv/command.ts'

const ofState: FlagLine = ['--state <state>', 'All that are in this state']

export const queueTable: readonly CommandSpec[] = [
  {
    usage: 'enqueue <remote> <name> <fn> [...args]',
    about:
      'Store an item of work for a worker: one of its runs calls the function; each argument is JSON, or else text',
    flags: [
      ['--wait', 'Wait for its result, and print that; what a generator yields is printed as it comes'],
      ['--id <id>', 'The same id is the same item, for an hour'],
      ['--once <time>', 'For how long the same id is the same item, such as 24h'],
      ['--delay <time>', 'How long it waits at least, such as 10m'],
      ['--at <time>', 'From when on it may begin, such as "in 2 hours", "tomorrow 9:00" or 2026-11-20T10:00Z'],
      ['--key <key>', 'Items of a key begin one after the other, in their order'],
      ['--priority <n>', 'The lower, the sooner (default 0)'],
      ['--deadline <time>', 'After how long it is not begun any more, and broken off if it was, such as 1h'],
      ['--retries <n>', 'How often it is tried again'],
      ['--backoff <time>', 'How long after its first attempt; each time twice as long'],
      ['--timeout <time>', 'How long an attempt may take'],
    ],
    examples: ['pod enqueue local mail send \'{"to":"ann"}\'', 'pod enqueue local mail send ann --wait --key ann'],
    load: () => import('../commands/enqueue.ts'),
  },
  {
    usage: 'queue <remote> [name]',
    about: 'Show the queues of all workers, or of one: what waits, how long, how many runs there are and why',
    load: () => import('../commands/queue.ts'),
  },
  {
    usage: 'queue list <remote> [name]',
    about: 'The same as queue',
    load: () => import('../commands/queue.ts'),
  },
  {
    usage: 'queue items <remote> <name> [state]',
    about: 'List the items of a worker: waiting (default), delayed, held, running, done, dead, expired or canceled',
    flags: [
      ['-n, --limit <n>', 'At most n items (default: 100)'],
      ['--offset <n>', 'Skip the first n items'],
    ],
    load: () => import('../commands/queue-items.ts'),
  },
  {
    usage: 'queue dead <remote> <name>',
    about: 'List the items of a worker that were given up',
    flags: [['-n, --limit <n>', 'At most n items (default: 100)']],
    load: () => import('../commands/queue-dead.ts'),
  },
  {
    usage: 'queue show <remote> <name> <id>',
    about: 'Show an item, and what became of it',
    load: () => import('../commands/queue-show.ts'),
  },
  {
    usage: 'queue retry <remote> <name> [...ids]',
    about: 'Let items that were given up wait again',
    flags: [['--all', 'All that are dead or expired'], ofState],
    load: () => import('../commands/queue-retry.ts'),
  },
  {
    usage: 'queue drop <remote> <name> [...ids]',
    about: 'Remove items that wait or have ended',
    flags: [['--all', 'All but those that run'], ofState],
    load: () => import('../commands/queue-drop.ts'),
  },
  {
    usage: 'queue purge <remote> <name>',
    about: 'Remove all items of a worker but those that run',
    load: () => import('../commands/queue-purge.ts'),
  },
  {
    usage: 'queue move <remote> <name> <to> [...ids]',
    about: 'Give items that wait, or were given up, to another worker',
    flags: [['--all', 'All that wait, are dead, or are expired'], ofState],
    load: () => import('../commands/queue-move.ts'),
  },
  {
    usage: 'queue cancel <remote> <name> <id>',
    about: 'End an item that waits or runs: it is canceled then',
    load: () => import('../commands/queue-cancel.ts'),
  },
  {
    usage: 'queue pause <remote> <name>',
    about: 'Begin no item of a worker any more; what runs goes on',
    load: () => import('../commands/queue-pause.ts'),
  },
  {
    usage: 'queue resume <remote> <name>',
    about: 'Begin items of a worker again',
    load: () => import('../commands/queue-resume.ts'),
  },
]
