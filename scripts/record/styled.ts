// Reads what a terminal makes of a line: its text in parts, each with the color and weight that escape sequences gave it.

/** `classes` are words such as `green` or `bold`. */
export type Part = { text: string; classes: string[] }

const colors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/** Select Graphic Rendition: the one kind of escape sequence that `pod` prints here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const sequence = /\x1b\[([\d;]*)m/

/** The parts of one line. A style that the line does not end is taken to end with it. */
export function partsOf(line: string): Part[] {
  const [first = '', ...rest] = line.split(sequence)
  const parts: Part[] = [{ text: first, classes: [] }]
  let classes: string[] = []
  for (let at = 0; at < rest.length; at += 2) {
    for (const code of (rest[at] || '0').split(';').map(Number)) classes = withCode(classes, code)
    parts.push({ text: rest[at + 1] ?? '', classes })
  }
  return parts.filter(({ text }) => text !== '')
}

function withCode(classes: string[], code: number): string[] {
  if (code === 0) return []
  if (code === 1) return [...classes, 'bold']
  if (code === 2) return [...classes, 'dim']
  if (code === 22) return classes.filter(name => name !== 'bold' && name !== 'dim')
  const others = classes.filter(name => !colors.includes(name))
  if (code === 39) return others
  const color = colors[code - 30] ?? (code === 90 ? 'dim' : undefined)
  return color === undefined ? classes : [...others, color]
}
