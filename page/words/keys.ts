// The keys of the words, and what a whole table is.
import type { en } from './en.ts'
import type { Text } from './table.ts'

export type Key = keyof typeof en

/** A table with all the keys. */
export type Words = Readonly<Record<Key, Text>>
