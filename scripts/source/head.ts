// The comment that a source file opens with.

/** The text of the head comment on one line, or `''` where the file has none. A `#!` line may stand before it, and one for the shell. */
export function headOf(text: string): string {
  const lines = text.split('\n')
  if (lines[0]?.startsWith('#!')) lines.shift()
  if (lines[0]?.startsWith("':' //;")) lines.shift()
  const end = lines.findIndex(line => !line.startsWith('//'))
  const head = lines.slice(0, end === -1 ? undefined : end)
  return head
    .map(line => line.slice(2).trim())
    .join(' ')
    .trim()
}

/** The first sentence of a head comment, without its period. */
export function firstSentence(head: string): string {
  return (/^(.*?[^.])\.(?= [A-Z`"(]|$)/.exec(head)?.[1] ?? head).trim()
}
