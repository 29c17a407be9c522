// Names of pods made from what other tools take as names.
import { isName } from '../../protocol/names.ts'
import type { Note } from './imported.ts'

/** A name like `name` that a pod may have and none of `taken` is; what had to be changed is noted. */
export function podName(name: string, { taken, notes }: { taken: ReadonlySet<string>; notes: Note[] }): string {
  const plain =
    name
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .slice(0, 60)
      .replace(/[^a-z0-9]+$/, '') || 'app'
  let made = isName(name) ? name : plain
  for (let n = 2; taken.has(made); n++) made = `${plain}-${n}`
  if (made !== name)
    notes.push({
      of: made,
      key: 'name',
      became: `${made}, since ${JSON.stringify(name)} ${isName(name) ? 'stands twice' : 'is no name here'}`,
    })
  return made
}
