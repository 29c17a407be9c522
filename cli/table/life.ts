// The commands that change what is up.
import type { CommandSpec, FlagLine } from '../argv/command.ts'
import { scriptFlags, startFlags } from '../argv/start-flags.ts'
import { pushFlags } from './flags.ts'

const force: FlagLine = ['-f, --force', 'Stop it first if it runs']
const width: FlagLine = ['--width <n>', 'How many runs are replaced at a time (default 1)']
const noWait: FlagLine = ['--no-wait', 'Do not wait for the outcome']
const forget: FlagLine = ['--forget', 'Begin without the params and options of its last start, where none are given']
const afterPush: readonly FlagLine[] = [
  ['-m, --message <text>', 'What the version is about; pod versions shows it'],
  ['--reload', 'Reload the pod with it if it is up'],
]

export const lifeTable: readonly CommandSpec[] = [
  {
    usage: 'push <remote> <name> [file]',
    about:
      'Store a file, a folder or a command as the newest version of a pod; a JavaScript file is bundled; p8a:NAME is a pod that ships with p8a',
    flags: [...pushFlags, ...afterPush],
    takesTail: true,
    examples: [
      'pod push local hello hello.ts',
      'pod push local web .',
      'pod push local web . -- --port 3000',
      'pod push local backup backup.sh',
      "pod push local files --command 'python3 -m http.server 8000'",
      'pod push local hello p8a:hello',
    ],
    load: () => import('../commands/push.ts'),
  },
  {
    usage: 'start <remote> <...names>',
    about:
      'Start a pod; options that are not listed here become its params, and what stands behind "--" becomes the arguments of a program; without any, it starts with those of its last start',
    flags: [...startFlags, ['--asleep', 'Let it sleep until somebody connects'], ...scriptFlags, forget, noWait],
    examples: [
      'pod start local backup --level 3 --wait -- arguments "of a script"',
      'pod start local hello --value 24',
      'pod start local hello --scale 4 -- --scale "a param called scale"',
    ],
    takesParams: true,
    load: () => import('../commands/start.ts'),
  },
  {
    usage: 'stop <remote> <...names>',
    about: 'Stop a pod, or one run, such as web.7; a service starts another run in its place',
    flags: [
      ['--drain <time>', 'Before that, let calls finish that are under way, such as 30s; new ones go to other runs'],
      noWait,
    ],
    load: () => import('../commands/stop.ts'),
  },
  {
    usage: 'restart <remote> <...names>',
    about: 'Stop a pod and start its newest version with the same params',
    flags: [noWait],
    load: () => import('../commands/restart.ts'),
  },
  {
    usage: 'reload <remote> <...names>',
    about:
      'Let a run of the newest version come up beside each run and take its place; if one does not come up, nothing changes',
    flags: [['--to <version>', 'That version, in the place of the newest one'], width, noWait],
    examples: ['pod reload local web', 'pod reload local web --to 3', 'pod reload all'],
    load: () => import('../commands/reload.ts'),
  },
  {
    usage: 'rollback <remote> <name> [version]',
    about:
      'Reload a pod to the version that was up before this one, with the params and options of then; again: one further back',
    flags: [['--version-only', 'With the params and options of now'], width, noWait],
    load: () => import('../commands/rollback.ts'),
  },
  {
    usage: 'wake <remote> <...names>',
    about: 'Start a pod as it was started last, unless it is up',
    flags: [noWait],
    load: () => import('../commands/wake.ts'),
  },
  {
    usage: 'sleep <remote> <...names>',
    about: 'Put a pod that has ports to sleep: its runs finish what they have, and whoever connects starts it',
    flags: [noWait],
    load: () => import('../commands/sleep.ts'),
  },
  {
    usage: 'kill <remote> <...names>',
    about: 'End a suspicious pod at once, without its cleanup, and keep it down until it is started by hand',
    flags: [noWait],
    load: () => import('../commands/kill.ts'),
  },
  {
    usage: 'remove <remote> <...names>',
    aliases: ['rm'],
    about: 'Remove a pod with its versions, records, logs and storage (also: rm)',
    flags: [force, ['--run <id>', 'Only this run of a script: its record and its output']],
    load: () => import('../commands/remove.ts'),
  },
  {
    usage: 'scale <remote> <name> <n>',
    about: 'Set how many runs a pod has; +N and -N are that many more or fewer',
    flags: [noWait],
    load: () => import('../commands/scale.ts'),
  },
  {
    usage: 'env <remote> <name> [...variables]',
    about:
      'Show the environment variables of a pod; NAME=value sets one, NAME takes that of this shell, NAME- unsets one',
    flags: [['--values', 'Show the values too, which may be secret'], noWait],
    examples: ['pod env local web', 'pod env local web NODE_ENV=production OLD-'],
    load: () => import('../commands/env.ts'),
  },
  {
    usage: 'send <remote> <name> [text]',
    about: "Write a line into the stdin of a pod that has stdin: 'open'; without a text, what stdin has",
    flags: [['--no-newline', 'Add no newline to the text']],
    examples: ['pod send local game "say hello"', 'pod send local game < commands'],
    load: () => import('../commands/send.ts'),
  },
]
