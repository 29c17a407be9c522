// The command about quotas: part of the table of all.
import type { CommandSpec } from '../argv/command.ts'

export const quotaTable: readonly CommandSpec[] = [
  {
    usage: 'quota <remote> [path]',
    about: 'Show what paths that are handed to others may have in all, and what is used of it; or set that',
    flags: [
      ['--pods <n>', 'So many pods at that path and within; none takes a bound away'],
      ['--runs <n>', 'So many runs, also of pods that sleep'],
      ['--memory <size>', 'So much memory of all runs, such as 1GB; beyond it the largest is ended'],
      ['--images <size>', 'So many bytes of the images of all versions, such as 500MB'],
      ['--items <n>', 'So many items that wait or run in its queues'],
      ['--none', 'Take the quota away'],
    ],
    examples: [
      'pod quota local team --pods 10 --runs 20 --memory 1GB',
      'pod quota local team --items none',
      'pod quota team',
    ],
    load: () => import('../commands/quota.ts'),
  },
]
