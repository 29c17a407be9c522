// Unit files of systemd: sections, keys that may stand several times, lines that go on behind a backslash, and words in quotes.

/** A key of a unit, with the section that it stands in. */
export type UnitLine = { section: string; key: string; value: string }

/** The lines of a unit in their order. An empty value takes back what the same key has said before. */
export function unitLines(text: string): UnitLine[] {
  const lines: UnitLine[] = []
  let section = ''
  for (const line of text.replace(/\\\r?\n(?:[ \t]*[#;].*\r?\n)*/g, ' ').split(/\r?\n/)) {
    const plain = line.trim()
    if (plain === '' || /^[#;]/.test(plain)) continue
    const title = /^\[(.+)\]$/.exec(plain)?.[1]
    if (title !== undefined) {
      section = title
      continue
    }
    const [, key, value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(plain) ?? []
    if (key === undefined) continue
    if (value !== '') lines.push({ section, key, value })
    else lines.splice(0, lines.length, ...lines.filter(one => one.section !== section || one.key !== key))
  }
  return lines
}

const escaped: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
}

/** The words of a text as they are written, with their quotes. */
export function unitTokens(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|[^\s"'\\])+/g) ?? []
}

/** Words as systemd takes them: quotes hold one together, and a backslash begins what C knows, or else stays. */
export function unitWords(text: string): string[] {
  return unitTokens(text).map(word =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:\\.[^\s"'\\]*)+)/g,
      (_, double: string | undefined, single: string | undefined, plain: string | undefined) =>
        unescaped(double ?? single ?? plain ?? ''),
    ),
  )
}

function unescaped(text: string): string {
  return text.replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-3][0-7]{2})|(.))/gi, (whole, ...found) => {
    const [byte, four, eight, octal, letter = ''] = found as (string | undefined)[]
    const hex = byte ?? four ?? eight
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    return escaped[letter] ?? (/[\\"'; ]/.test(letter) ? letter : whole)
  })
}
