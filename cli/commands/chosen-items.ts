// Which items a command is about: those that are named, or all.
import { P8aError } from '../../protocol/errors.ts'
import type { Options } from '../argv/options.ts'

/** @throws {P8aError} `usage` where neither, or both, are said */
export function chosenItems(ids: readonly string[], options: Options): string[] | 'all' {
  const isAll = options.has('all')
  if (isAll !== ids.length > 0) return isAll ? 'all' : [...ids]
  throw new P8aError('usage', isAll ? 'Name items, or say --all' : 'No item is named', {
    hint: 'Name them by their ids, which "pod queue dead" shows, or say --all',
  })
}

export function countText(count: number, rest: string): string {
  return `${count} ${count === 1 ? 'item' : 'items'} ${rest}`
}
