// pod queue dead: the items of a worker that were given up.
import type { Run } from '../argv/command.ts'
import { listItems } from './queue-items.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) =>
  await listItems({ remote, name, state: 'dead', options }, context)
