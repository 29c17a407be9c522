// Makes a text safe for a terminal that somebody else wrote: a pod, its author, or a host that lies. The text keeps its
// lines and colors. Everything else that would control the terminal is shown in letters.

const esc = '\u001b'
const steers = [
  `${esc}\\[[\\d;:]*m`,
  // Characters that control the terminal, and characters that change the order in which text is read.
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]',
]
/** A whole color sequence, or a single character. */
const steering = new RegExp(steers.join('|'), 'g')
const colourOff = `${esc}[0m`

/** Such as `\x1b[2J` in plain letters for what would clear the screen. */
export function tame(text: string): string {
  // Most texts have only these characters. This runs for each line of a log.
  if (/^[\n\t -~]*$/.test(text)) return text
  return text.replace(steering, found => (found.length > 1 ? found : shown(found.charCodeAt(0))))
}

/** As {@link tame}; the colors of the line end with it. */
export function tameLine(text: string): string {
  const tamed = tame(text)
  return tamed.includes(esc) ? `${tamed}${colourOff}` : tamed
}

function shown(code: number): string {
  if (code === 13) return '\\r'
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
