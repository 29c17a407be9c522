// The commands that show what is, and what was.
import type { CommandSpec, FlagLine } from '../argv/command.ts'

const usage: FlagLine = ['-u, --usage', 'Show cpu, memory and the lag of event loops too']

export const seenTable: readonly CommandSpec[] = [
  {
    usage: 'status <remote> [...names]',
    aliases: ['list', 'ls'],
    about: 'Show all pods, or one in detail (also: list, ls)',
    flags: [
      usage,
      ['-w, --watch', 'Show it again whenever it changes, until Ctrl-C'],
      ['-n, --limit <n>', 'At most n pods, by name (default: all)'],
      ['--after <name>', 'Only pods behind this name'],
    ],
    load: () => import('../commands/status.ts'),
  },
  {
    usage: 'top <remote>',
    about: 'Show all pods, also of hosts within, in a table that lives; ? there shows its keys',
    load: () => import('../commands/top.ts'),
  },
  {
    usage: 'logs <remote> [...names]',
    about: 'Print log lines of host and pods in order of time; "!" marks stderr, "*" the host',
    flags: [
      ['--time <time>', 'Only then: "last 5 mins", "yesterday 14:00 to 15:00", 2026-11-20T10:00Z..'],
      ['-f, --follow', 'Keep printing lines as they come, also of the next host if this one goes away'],
      ['--run <id>', 'Only this run: web.7, or 7 if you name a pod'],
      [
        '--tag <tag>',
        'Only lines with this tag: stdout, stderr, or the word in [] at their beginning (may be repeated)',
      ],
      ['--since <time>', 'Only lines from then on: "2 hours ago", yesterday, 2026-11-20T10:00Z'],
      ['--until <time>', 'Only lines until then'],
      ['--grep <text>', 'Only lines that have this text, upper and lower case alike; the host searches'],
      ['-n, --lines <n>', 'Only the last n lines (default on a terminal: the last screen; elsewhere: all)'],
      ['--all', 'All lines that are kept, also on a terminal'],
      ['--raw', 'Show lines of JSON as they are, also on a terminal'],
    ],
    examples: ['pod logs web -f', 'pod logs web --grep timeout --since yesterday', 'pod logs web --all | less'],
    load: () => import('../commands/logs.ts'),
  },
  {
    usage: 'events <remote> [name]',
    about: 'Show what happened on a host, or to one pod',
    flags: [
      ['--since <time>', 'From this time on, such as "1h ago", or behind this number'],
      ['--type <type>', 'Only events of these types, such as crashed,gave-up (may be repeated)'],
      ['-n, --lines <n>', 'Only the last n events (default: 100)'],
      ['-f, --follow', 'Go on with what happens'],
    ],
    examples: ['pod events web --type crashed,gave-up', 'pod events --since "1h ago" --follow'],
    load: () => import('../commands/events.ts'),
  },
  {
    usage: 'savings <remote>',
    about: 'Show how long pods have slept, and what that saved',
    load: () => import('../commands/savings.ts'),
  },
  {
    usage: 'runs <remote> [name]',
    about: "List a pod's runs, or those of all pods, newest first",
    flags: [
      ['--active', 'Only runs that have not ended'],
      ['--failed', 'Only runs that did not end well'],
      ['--since <time>', 'Only runs that began then or later: "last 2 hours", yesterday, 2026-11-20T10:00Z'],
      ['-n, --limit <n>', 'At most n runs (default: 100)'],
      ['--offset <n>', 'Skip the newest n runs'],
    ],
    load: () => import('../commands/runs.ts'),
  },
  {
    usage: 'versions <remote> <name> [from] [to]',
    about: 'List the versions of a pod, newest first; "*" marks the one that is run',
    flags: [
      ['--diff', 'Show what changed between two versions (default: from the one that is run to the newest)'],
      ['--deploys', 'Show what was started, reloaded and rolled back, by whom, and what came of it'],
    ],
    examples: ['pod versions local web', 'pod versions local web --diff v1 v3', 'pod versions local web --deploys'],
    load: () => import('../commands/versions.ts'),
  },
  {
    usage: 'output <remote> <run>',
    about: 'Print what a run of a script wrote, byte for byte (without a number: its newest run)',
    flags: [
      ['-f, --follow', 'Keep printing until the run ends'],
      ['--offset <bytes>', 'Skip so many bytes'],
    ],
    examples: ['pod output local backup', 'pod output local backup.7 --follow'],
    load: () => import('../commands/output.ts'),
  },
]
