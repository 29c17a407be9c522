// A text that somebody else wrote, such as a pod, its author or a host that lies, made safe for a terminal: it keeps its lines and
// colours, and what else would steer the terminal is shown instead of done.

const esc = '\u001b'
const steers = [
  `${esc}\\[[\\d;:]*m`,
  // Characters that steer the terminal, and those that turn the order of what is read.
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]',
]
/** A colour, whole, or a single character. */
const steering = new RegExp(steers.join('|'), 'g')
const colourOff = `${esc}[0m`

/** Such as `\x1b[2J` in plain letters for what would clear the screen. */
export function tame(text: string): string {
  // All that most texts are made of; it is asked for each line of a log.
  if (/^[\n\t -~]*$/.test(text)) return text
  return text.replace(steering, found => (found.length > 1 ? found : shown(found.charCodeAt(0))))
}

/** As {@link tame}, and its colours end with it. */
export function tameLine(text: string): string {
  const tamed = tame(text)
  return tamed.includes(esc) ? `${tamed}${colourOff}` : tamed
}

function shown(code: number): string {
  if (code === 13) return '\\r'
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
