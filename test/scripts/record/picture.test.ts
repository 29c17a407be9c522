// The picture of README.md: how a session is drawn, and that the one in docs/ is what `pod` does today.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pictureOf } from '../../../scripts/record/picture.ts'
import { recordSession } from '../../../scripts/record/session.ts'
import { root } from '../../paths.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The lines of text that a picture shows, without styles. */
function linesOf(svg: string): string[] {
  const rows = new Map<string, string>()
  for (const [, y = '', text = ''] of svg.matchAll(/<text x="[\d.]+" y="(\d+)"[^>]*>([^<]*)<\/text>/g)) {
    rows.set(y, (rows.get(y) ?? '') + text)
  }
  return [...rows.values()].map(line => line.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))
}

/** What differs from one recording to the next: numbers, units of time, hashes, and the room they take. */
function alike(line: string): string {
  return line
    .replace(/\b[0-9a-f]{12}\b/g, 'HASH')
    .replace(/\d+(\.\d+)?/g, '0')
    .replace(/\b0 m?s\b/g, 'TIME')
    .replace(/ +/g, ' ')
    .trim()
}

test('pictureOf() draws each part of a line at its column, and escapes what is markup', () => {
  const svg = pictureOf([{ typed: 'echo "<a>"   # why', printed: 'a & b \x1b[32mup\x1b[39m\n\nend\n' }])
  assert.equal(linesOf(svg), ['$ echo "<a>"   # why', 'a & b up', 'end'])
  assert.match(svg, /class="green"[^>]*>up</)
  assert.match(svg, 'a &amp; b')
})

test('pictureOf() lets a command appear before its output, and the output before the next command', () => {
  const svg = pictureOf([
    { typed: 'one', printed: 'first\n' },
    { typed: 'two', printed: '' },
  ])
  const delays = [...svg.matchAll(/animation-delay: ([\d.]+)s/g)].map(([, seconds]) => Number(seconds))
  assert.is(delays.length, 3)
  assert.equal(
    delays,
    [...delays].sort((a, b) => a - b),
  )
})

test('docs/terminal.svg shows what its commands print today; npm run record draws it anew', async () => {
  const now = linesOf(pictureOf(await recordSession(root, read('README.md'))))
  assert.equal(linesOf(read('docs/terminal.svg')).map(alike), now.map(alike))
})

test('the commands of docs/terminal.svg are those of the tour in README.md, in its order', () => {
  const typed = linesOf(read('docs/terminal.svg')).filter(line => line.startsWith('$ '))
  const [, ...commands] = typed.map(line =>
    line
      .slice(2)
      .replace(/ +#.*/, '')
      .replace(/^kill -9 \d+$/, 'kill -9 PID'),
  )
  const page = read('README.md').replaceAll('"$(pod host status --json | pid)"', 'PID')
  const lines = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text = '']) => text.split('\n'))
  let at = -1
  for (const command of commands) {
    at = lines.indexOf(command, at + 1)
    assert.is.not(at, -1, `README.md has no "${command}" there`)
  }
})

test.run()
