// Draws a session as an SVG: a terminal in which one command after the other appears, and stays. It runs nothing.
import type { Exchange } from './session.ts'
import { type Part, partsOf } from './styled.ts'

const [lineHeight, charWidth, margin, barHeight, gap] = [19, 8.4, 20, 36, 8]

/** Seconds from a command to its output, and from there to the next command. */
const [answerSeconds, nextSeconds] = [0.6, 1.6]

const css = `
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d0d7de; white-space: pre }
.bold { font-weight: bold } .dim { fill: #8b949e } .black { fill: #484f58 } .red { fill: #ff7b72 } .green { fill: #7ee787 }
.yellow { fill: #e3b341 } .blue { fill: #79c0ff } .magenta { fill: #d2a8ff } .cyan { fill: #76e3ea } .white { fill: #f0f6fc }
.typed { fill: #f0f6fc; font-weight: bold }
g { animation: appear 0.01s linear both } @keyframes appear { from { opacity: 0 } to { opacity: 1 } }
@media (prefers-reduced-motion: reduce) { g { animation: none } }`

/** Lines that appear together. `gap`: the room above them. */
type Block = { lines: Part[][]; atSeconds: number; gap: number }

/** The whole picture, as the text of an SVG file. */
export function pictureOf(session: readonly Exchange[]): string {
  const blocks = blocksOf(session)
  const lines = blocks.flatMap(block => block.lines)
  const width = Math.ceil(Math.max(...lines.map(columnsOf)) * charWidth) + 2 * margin
  let y = barHeight
  const groups = blocks.map(({ lines, atSeconds, gap }) => {
    const top = y + gap
    y = top + lines.length * lineHeight
    const texts = lines.map((line, at) => textsOf(line, top + (at + 1) * lineHeight))
    return `<g style="animation-delay: ${atSeconds.toFixed(1)}s">\n${texts.join('')}</g>\n`
  })
  const height = y + margin
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (color, at) => `<circle cx="${margin + at * 20}" cy="18" r="6" fill="${color}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A terminal: a pod goes on while its host is killed and started again</title>
<style>${css}
</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
${dots.join('')}
${groups.join('')}</svg>
`
}

function blocksOf(session: readonly Exchange[]): Block[] {
  let atSeconds = 0.4
  return session.flatMap(({ typed, printed }) => {
    const command = { lines: [typedLine(typed)], atSeconds, gap }
    atSeconds += answerSeconds
    const answer = { lines: printed.trimEnd().split('\n').map(partsOf), atSeconds, gap: 0 }
    atSeconds += nextSeconds
    return printed.trim() === '' ? [command] : [command, answer]
  })
}

function typedLine(typed: string): Part[] {
  const [, command = typed, comment = ''] = /^(.*?)( +#.*)?$/.exec(typed) ?? []
  return [
    { text: '$ ', classes: ['green'] },
    { text: command, classes: ['typed'] },
    ...(comment === '' ? [] : [{ text: comment, classes: ['dim'] }]),
  ]
}

/** Each part stands at its column, and `textLength` makes it as wide as its columns, whatever font the reader has. */
function textsOf(parts: readonly Part[], y: number): string {
  let column = 0
  return parts
    .map(({ text, classes }) => {
      const x = (margin + column * charWidth).toFixed(1)
      column += text.length
      const look = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`
      const length = (text.length * charWidth).toFixed(1)
      return `<text x="${x}" y="${y}"${look} textLength="${length}" xml:space="preserve">${escaped(text)}</text>\n`
    })
    .join('')
}

function columnsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
