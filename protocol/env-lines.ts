// Environment variables as a text, a line of NAME=value for each. Other lines are reported and not ignored. A value may be
// a secret, so no message shows one.

/** `why`: what is wrong with it, without what stands in it. */
export type WrongLine = { line: number; why: string; hint?: string }

/** The variables in a text, and the numbers of the wrong lines, from 1. */
export function parseVariables(text: string): { variables: Record<string, string>; wrong: WrongLine[] } {
  const found = new Map<string, string>()
  const wrong: WrongLine[] = []
  let rest = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  for (let line = 1; rest !== ''; ) {
    const { length, read } = nextVariable(rest)
    if (read && 'why' in read) wrong.push({ line, ...read })
    else if (read) found.set(read.name, read.value)
    line += rest.slice(0, length).split('\n').length - 1
    rest = rest.slice(length)
  }
  return { variables: Object.fromEntries(found), wrong }
}

type Read = { name: string; value: string } | { why: string; hint?: string }

/** What a text begins with: a variable, which may go over several lines, or a line without one. */
function nextVariable(text: string): { length: number; read: Read | undefined } {
  const [whole] = /^[^\n]*\n?/.exec(text) ?? ['']
  const line = whole.trim()
  if (line === '' || line.startsWith('#')) return { length: whole.length, read: undefined }
  const [head, name = ''] = /^[ \t]*(?:export[ \t]+)?([^=\n]*?)[ \t]*=[ \t]*/.exec(text) ?? []
  if (head === undefined) return { length: whole.length, read: { why: 'has no "="' } }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return { length: whole.length, read: { why: 'begins with no name of an environment variable' } }
  }
  const quote = text[head.length]
  // A backtick is a quote only around the whole value.
  const isQuoted = quote === '"' || quote === "'" || (quote === '`' && wholeInBackticks.test(text.slice(head.length)))
  if (!isQuoted) {
    const blank = /[ \t]*$/.exec(head)?.[0] ?? ''
    return { length: whole.length, read: plainValue(name, `${blank}${whole.slice(head.length)}`.trimEnd()) }
  }
  const { length, read } = quotedValue(name, { text: text.slice(head.length), quote })
  return { length: length === undefined ? whole.length : head.length + length, read }
}

const wholeInBackticks = /^`[^`]*`[ \t]*(?:\n|$|[ \t]#)/

/** The value ends at a # with a blank before it. A # without a blank belongs to the value. */
function plainValue(name: string, text: string): Read {
  const value = text.replace(/\s#.*$/s, '').trim()
  if (value === text.trim() || !isOpen(value)) return { name, value }
  if (isJson(text)) return { name, value: text.trim() }
  return {
    why: `(${name}) has a # within quotes or brackets, which would end the value there`,
    hint: 'Put the whole value into single quotes',
  }
}

/** Whether a value that was cut ends within double quotes, or within the brackets it began with. */
function isOpen(value: string): boolean {
  return (value.match(/"/g)?.length ?? 0) % 2 === 1 || (/^[{[]/.test(value) && !isJson(value))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // The text is not such a line: that is the answer.
    return false
  }
}

/** @param options.text what begins with the quote @returns no length if the quote does not end */
function quotedValue(name: string, { text, quote }: { text: string; quote: string }): { length?: number; read: Read } {
  const pattern =
    quote === '"' ? /^"((?:[^"\\]|\\.)*)"([^\n]*)\n?/s : new RegExp(`^${quote}([^${quote}]*)${quote}([^\\n]*)\\n?`)
  const [whole, inner = '', behind = ''] = pattern.exec(text) ?? []
  if (whole === undefined) return { read: { why: `(${name}) begins with ${quote}, which does not end` } }
  if (!/^[ \t]*(?:#.*)?$/.test(behind) || /^#/.test(behind)) {
    return {
      length: whole.length,
      read: {
        why: `(${name}) has text behind the closing ${quote}`,
        hint: 'Put the whole value into one pair of quotes',
      },
    }
  }
  return { length: whole.length, read: { name, value: quote === '"' ? unescaped(inner) : inner } }
}

function unescaped(text: string): string {
  return text.replace(/\\([n"\\])/g, (_, letter) => (letter === 'n' ? '\n' : letter))
}
