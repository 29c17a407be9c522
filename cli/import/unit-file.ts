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

/** Words as systemd takes them: quotes hold one together, and a backslash takes the next character as it is. */
export function unitWords(text: string): string[] {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|[^\s"'\\])+/g) ?? []
  return words.map(word =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\\(.)/g,
      (_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
        (double ?? single)?.replace(/\\(.)/g, '$1') ?? escaped ?? '',
    ),
  )
}
