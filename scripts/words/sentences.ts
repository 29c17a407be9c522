// The sentences of a file that are for people: comments and messages of code, and the prose of a page. It does not judge them.

export type Sentence = { line: number; text: string }

/** Words at least, so that a text of code counts as a message. */
const leastWords = 4

/** @param file its name says what it is: a page (`.md`), or code */
export function sentencesOf(file: string, text: string): Sentence[] {
  return (file.endsWith('.md') ? paragraphsOf(text) : [...commentsOf(text), ...messagesOf(text)]).flatMap(split)
}

/** The blocks of a page, without fenced code, tables' rules and marks. */
function paragraphsOf(text: string): Sentence[] {
  const bare = text.replace(/^```[\s\S]*?^```$/gm, blank)
  return blocksOf(
    bare,
    line => (/^\s*$/.test(line) ? undefined : line.replace(/^\s*(?:[-*>]|#+|\d+\.)?\s*/, '')),
    isOwnBlock,
  )
}

/** A list's entry, a heading and a row of a table are no part of the line before them. */
function isOwnBlock(line: string): boolean {
  return /^\s*(?:[-*>#|]|\d+\.)/.test(line)
}

/** Runs of `//` lines, and what stands in a docstring: its tags begin anew. */
function commentsOf(text: string): Sentence[] {
  return blocksOf(
    text,
    line => {
      const [, comment] = /^\s*(?:\/\/|\/\*\*?|\*(?!\/))\s?(.*?)(?:\*\/)?$/.exec(line) ?? []
      return comment?.replace(/^(?:@\w+|- )\s*/, '')
    },
    line => /^\s*(?:\*\s*)?(?:@\w|- )/.test(line),
  )
}

/** Texts in quotes that read like something that is said. */
function messagesOf(text: string): Sentence[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, blank)
  const found = code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)
  return [...found].flatMap(({ index, 1: single, 2: template, 3: double }) => {
    const said = (single ?? template ?? double ?? '').replace(/\$\{[^}]*\}/g, 'CODE')
    const isSaid =
      said.split(' ').filter(word => /^[A-Za-z]+[,.:;]?$/.test(word)).length >= leastWords && !said.includes('\n')
    return isSaid ? [{ line: lineAt(code, index), text: said }] : []
  })
}

/** Joins lines that belong together. @param contentOf undefined for a line that is none of it */
function blocksOf(
  text: string,
  contentOf: (line: string) => string | undefined,
  beginsAnew: (line: string) => boolean,
): Sentence[] {
  const blocks: Sentence[] = []
  let open: Sentence | undefined
  for (const [at, line] of text.split('\n').entries()) {
    const content = contentOf(line)
    if (content === undefined) {
      open = undefined
      continue
    }
    if (!open || beginsAnew(line)) {
      open = { line: at + 1, text: content }
      blocks.push(open)
    } else open.text += ` ${content}`
  }
  return blocks
}

/** Sentences end with a period before a capital letter; all of them have the line of their block. */
function split({ line, text }: Sentence): Sentence[] {
  const plain = text.replace(/`[^`]*`|\{@link [^}]*\}/g, 'CODE').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return plain
    .split(/(?<=[.!?])\s+(?=[A-Z"(])|\s+\|\s+/)
    .map(sentence => ({ line, text: sentence.trim() }))
    .filter(sentence => sentence.text !== '')
}

/** As many lines, and nothing in them. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, '')
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
