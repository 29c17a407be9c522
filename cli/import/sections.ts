// Config files of sections with keys, as supervisord reads them: with Python's configparser.

/** The values of a section by their keys, in lower case. */
export type Section = Record<string, string>

/**
 * Sections in their order. A line that is further in than its key goes on with the value of that key, so that a whole file may be
 * further in. Behind blanks, `;` and `#` begin a comment, also within a value.
 */
export function sectionsOf(text: string): [title: string, section: Section][] {
  const sections: [string, Section][] = []
  let section: Section | undefined
  let key: string | undefined
  let keyAt = 0
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const plain = line.replace(/(^|\s)[;#].*$/, '').trimEnd()
    if (plain === '') continue
    const at = plain.search(/\S/)
    const value = plain.trim()
    if (section && key !== undefined && at > keyAt) {
      section[key] = `${section[key] ?? ''} ${value}`.trim()
      continue
    }
    keyAt = at
    const title = /^\[(.+)\]/.exec(value)?.[1]
    if (title !== undefined) {
      section = {}
      key = undefined
      sections.push([title, section])
      continue
    }
    const [, name, said = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(value) ?? []
    if (!section || name === undefined) continue
    key = name.toLowerCase()
    section[key] = said
  }
  return sections
}
