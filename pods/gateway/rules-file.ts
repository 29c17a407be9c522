// The file of rules, YAML or JSON: what it may say, and reading it. It is taken whole or not at all.
import { Cron } from 'croner'
import { readRoute } from 'p8a/values'
import * as v from 'valibot'
import { LineCounter, parseDocument } from 'yaml'
import { filled, Pattern } from './pattern.ts'
import { millisecondsOf } from './settings.ts'

export const events = ['before-start', 'after-start', 'before-stop', 'after-stop'] as const
export type Event = (typeof events)[number]

const text = v.pipe(v.string('must be a text'), v.nonEmpty('is empty'))
const texts = v.array(text, 'must be a list of texts')
const oneOrMore = v.pipe(
  v.union([text, texts], 'must be a text or a list of texts'),
  v.transform(value => (typeof value === 'string' ? [value] : value)),
)

/** Passes what `read` takes; what it throws is the complaint. */
/** `left`: what the message begins with and needs not where the name of the value stands before it. */
const readBy = (read: (value: string) => unknown, left = '' as string | RegExp) =>
  v.rawCheck<string>(({ dataset, addIssue }) => {
    try {
      if (dataset.typed) read(dataset.value)
    } catch (error) {
      addIssue({ message: (error as Error).message.replace(left, '') })
    }
  })
const pattern = v.pipe(
  text,
  readBy(value => new Pattern(value)),
)
const duration = v.pipe(
  text,
  readBy(value => millisecondsOf('it', value), /^it /),
  v.transform(value => millisecondsOf('it', value)),
)
const cron = v.pipe(
  text,
  readBy(value => new Cron(value, { paused: true }), /^CronPattern: /),
)
const zone = v.pipe(
  text,
  readBy(value => new Intl.DateTimeFormat('en', { timeZone: value })),
)

/** With what a group of the pattern could have in its place. */
const isTemplate = (route: string) => readRoute(filled(route, Array(10).fill('x'))) !== undefined
const routes = v.pipe(
  oneOrMore,
  v.check(all => all.every(isTemplate), 'is no route: write it as $1.example.com, or example.com/$1'),
)

const isNoList = (value: unknown) => !Array.isArray(value)
const strict = <Entries extends v.ObjectEntries>(entries: Entries) => {
  const names = Object.keys(entries).join(', ')
  const isWanted = `must be a map of ${names}`
  return v.pipe(
    v.custom<object>(isNoList, isWanted),
    v.strictObject(entries, ({ expected, received }) => {
      if (expected === 'never') return `has no place here: use ${names}`
      return received === 'undefined' ? 'is missing' : isWanted
    }),
  )
}

const schema = strict({
  rules: v.optional(
    v.array(
      strict({
        pattern,
        route: v.optional(routes),
        strip: v.optional(v.boolean('must be true or false')),
        sleep: v.optional(duration),
        needs: v.optional(oneOrMore),
        pause: v.optional(strict({ stop: cron, start: v.optional(cron), zone: v.optional(zone) })),
      }),
      'must be a list',
    ),
    [],
  ),
  allow: v.optional(v.array(pattern, 'must be a list of patterns')),
  ignore: v.optional(v.array(pattern, 'must be a list of patterns'), []),
  quiet: v.optional(strict({ agents: v.optional(texts, []), paths: v.optional(texts, []) }), { agents: [], paths: [] }),
  hooks: v.optional(
    v.array(
      strict({
        on: v.pipe(oneOrMore, v.array(v.picklist(events, `must be ${events.join(', ')}`))),
        pod: v.optional(pattern),
        command: text,
        timeout: v.optional(duration, '30s'),
      }),
      'must be a list',
    ),
    [],
  ),
})
export type RulesFile = v.InferOutput<typeof schema>
export type Hook = RulesFile['hooks'][number]

export const noRules: RulesFile = v.parse(schema, {})

/** @throws {Error} line and reason of the first thing that is wrong */
export function parseRules(source: string): RulesFile {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number, reason: string) => new Error(`line ${lines.linePos(offset).line}: ${reason}`)
  // A file that is about to be written anew is empty for a moment.
  if (document.contents === null) throw at(0, 'the file is empty: for no rules write "rules: []"')
  const [broken] = document.errors
  if (broken) throw at(broken.pos[0], broken.message)
  const result = v.safeParse(schema, document.toJS())
  if (result.success) return result.output
  const [issue] = result.issues
  const path = (issue.path ?? []).map(({ key }) => key)
  throw at(offsetOf(document, path), `${path.join('.') || 'the file'} ${issue.message}`)
}

/** Where the innermost part of a path that is there begins. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly unknown[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
    if (node?.range) return node.range[0]
  }
  return 0
}
