// Config files of sections with keys, as supervisord reads them.

/** The values of a section by their keys, in lower case. */
export type Section = Record<string, string>

/** Sections in their order. A line that begins with blanks goes on with the value before it. */
export function sectionsOf(text: string): [title: string, section: Section][] {
  const sections: [string, Section][] = []
  let section: Section | undefined
  let key: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const plain = line.replace(/\s;.*$/, '').trimEnd()
    if (/^\s*([;#].*)?$/.test(plain)) continue
    const title = /^\[(.+)\]$/.exec(plain)?.[1]
    if (title !== undefined) {
      section = {}
      key = undefined
      sections.push([title, section])
    } else if (/^\s/.test(plain) && section && key !== undefined)
      section[key] = `${section[key] ?? ''} ${plain.trim()}`.trim()
    else {
      const [, name, value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(plain) ?? []
      if (!section || name === undefined) continue
      key = name.toLowerCase()
      section[key] = value
    }
  }
  return sections
}
