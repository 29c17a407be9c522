// Which items a command is about: those that are named, or all, or all that are in a state.
import { P8aError } from '../../protocol/errors.ts'
import { itemStates } from '../../protocol/methods/queue.ts'
import type { ItemState } from '../../protocol/words-queue.ts'
import type { Options } from '../argv/options.ts'
import { count } from '../say/amounts.ts'

export type ChosenItems = { ids: string[] | 'all'; state?: ItemState }

/** @throws {P8aError} `usage` where neither, or both, are said; or for a state that there is not */
export function chosenItems(
  ids: readonly string[],
  { options, remote, name }: { options: Options; remote: string; name: string },
): ChosenItems {
  const state = options.read('state', readState)
  const isAll = options.has('all') || state !== undefined
  if (isAll !== ids.length > 0) return isAll ? { ids: 'all', ...(state !== undefined && { state }) } : { ids: [...ids] }
  throw new P8aError('usage', isAll ? 'Name items, or say --all' : 'No item is named', {
    hint: [
      { text: 'Name them by their ids, or say --all, or --state STATE' },
      { text: 'their ids are shown by', do: { verb: 'queue dead', args: [name], remote } },
    ],
  })
}

/** @throws {P8aError} `usage` */
export function readState(text: string): ItemState {
  const state = itemStates.find(state => state === text)
  if (state !== undefined) return state
  throw new P8aError('usage', `There is no state ${JSON.stringify(text)}`, {
    hint: `There are: ${itemStates.join(', ')}`,
    facts: { problem: 'there is no such state' },
  })
}

export function countText(number: number, rest: string): string {
  return `${count(number, 'item')} ${rest}`
}
