// Where a text that was searched for stands in a line. Pure.

/** The parts of a line; every second one is what was found, upper and lower case alike. */
export function parts(line: string, wanted: string): string[] {
  const [text, word] = [line.toLowerCase(), wanted.toLowerCase()]
  // Of some letters the lower case has another length, and then no place fits.
  if (word === '' || text.length !== line.length) return [line]
  const found: string[] = []
  let from = 0
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, from)) {
    found.push(line.slice(from, at), line.slice(at, at + word.length))
    from = at + word.length
  }
  return [...found, line.slice(from)]
}
