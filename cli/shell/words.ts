// Splits a line of the shell into words, as sh does: quotes, backslashes, comments; nothing is expanded.
import { P8aError } from '../../protocol/errors.ts'

/** The words of `line`; none if it is empty or a comment. @throws {P8aError} `usage` if a quote is not closed */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at)
    if (letter === "'" || letter === '"') {
      const { text, end } = quoted(line, at)
      word = (word ?? '') + text
      at = end
    } else if (letter === '\\' && at + 1 < line.length) word = (word ?? '') + line.charAt(++at)
    else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (letter === '#' && word === undefined) break
    else word = (word ?? '') + letter
  }
  if (word !== undefined) words.push(word)
  return words
}

/** The text between the quote at `start` and the next quote of the same kind, and where that quote is. */
function quoted(line: string, start: number): { text: string; end: number } {
  const quote = line.charAt(start)
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    if (line.charAt(at) === quote) return { text, end: at }
    const isEscape = quote === '"' && line.charAt(at) === '\\' && /["\\]/.test(line.charAt(at + 1))
    text += line.charAt(isEscape ? ++at : at)
  }
  throw new P8aError('usage', `Cannot read the line: a second ${quote} is missing`, {
    hint: 'Put a backslash before a quote that is part of a word',
  })
}
