// Command lines and values of supervisord for a shell: it gives none of them to a shell itself, and puts the number of each run into
// them.
import { shellWord } from '../say/shell-word.ts'
import { shlexWords } from './shlex-words.ts'

const pattern = /%\(process_num\)(\d*)[ds]/

/** Whether it differs from run to run. */
export function hasProcessNumber(text: string): boolean {
  return pattern.test(text)
}

/** @param first the number of the first run */
export function shellLine(command: string, first: number): string {
  return shlexWords(command)
    .map(word => shellValue(word, first))
    .join(' ')
}

/** One word for a shell, in which the number of the run is worked out. */
export function shellValue(word: string, first: number): string {
  const slot = first === 0 ? '"$P8A_SLOT"' : `$((P8A_SLOT + ${first}))`
  // Texts and widths take turns.
  const parts = word.split(pattern).map((part, index) => {
    if (index % 2 === 1) return part === '' ? slot : `$(printf %${part}d ${slot})`
    return part === '' ? '' : shellWord(part)
  })
  return parts.join('') || "''"
}
