// A manifest as text: its values, and where each of them stands. It knows nothing of what they mean.
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { P8aError } from '../../protocol/errors.ts'

/** The keys that lead to a value. */
export type Path = readonly (string | number)[]

export type Source = {
  value: unknown
  /** Where the value at `path`, or what of the path there is, stands: `pods.yaml:3:5`. */
  at: (path: Path) => string
}

/** Whoever writes more than that has no list of pods. Aliases make small files large. */
const maxAliases = 1000

/**
 * Reads YAML, of which JSON is a part.
 * @param options.file how messages name it
 * @param options.texts keys whose members are texts, though they are written without quotes: `PORT: 3000`
 * @throws {P8aError} `bad_config`, with line and column
 */
export function parseSource(text: string, { file, texts }: { file: string; texts: readonly string[] }): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const [error] = document.errors
  if (error) throw unreadable(`${place(error.pos[0])}: ${firstLine(error.message)}`, file)
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return
      throw unreadable(`${place(alias.range?.[0] ?? 0)}: there is no anchor &${alias.source} before it`, file)
    },
  })
  keepTexts(document, texts)
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }), at: path => place(offsetOf(document, path)) }
  } catch (cause) {
    throw unreadable(`${file}: ${(cause as Error).message}`, file, cause)
  }
}

function unreadable(why: string, file: string, cause?: unknown): P8aError {
  return new P8aError('bad_config', `Cannot read ${why}`, {
    hint: 'The file is YAML or JSON; see docs/PROJECTS.md',
    facts: { file },
    cause,
  })
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** Numbers and the like stay as they are written: `3.10` is no 3.1. */
function keepTexts(document: Document, texts: readonly string[]): void {
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !texts.includes(String(key.value))) return
      const map = isAlias(value) ? value.resolve(document) : value
      if (isMap(map)) for (const pair of map.items) keepText(document, pair.value)
    },
  })
}

function keepText(document: Document, value: unknown): void {
  if (isScalar(value)) {
    const { source, value: read } = value
    if (source !== undefined && (typeof read === 'number' || typeof read === 'boolean')) value.value = source
    return
  }
  // `<<: *common` within the texts.
  const map = isAlias(value) ? value.resolve(document) : value
  if (isMap(map)) for (const pair of map.items) keepText(document, pair.value)
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const key of path) {
    const found = memberOf(document, node, key)
    if (!found) return offset
    node = found.value
    offset = startOf(found.key) ?? startOf(node) ?? offset
  }
  return offset
}

function memberOf(
  document: Document,
  node: unknown,
  key: string | number,
): { key: unknown; value: unknown } | undefined {
  const inside = isAlias(node) ? node.resolve(document) : node
  if (isSeq(inside)) {
    const value = inside.items[Number(key)]
    return value === undefined ? undefined : { key: value, value }
  }
  if (!isMap(inside)) return undefined
  const pair = inside.items.find(({ key: own }) => isScalar(own) && String(own.value) === String(key))
  if (pair) return pair
  const merged = inside.items.filter(({ key: own }) => isScalar(own) && own.source === '<<')
  return merged.map(({ value }) => memberOf(document, value, key)).find(found => found !== undefined)
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
