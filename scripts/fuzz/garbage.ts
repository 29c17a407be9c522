// Inputs that nobody sane would send: values, texts and bytes, the more telling ones more often than chance has them.
import fc from 'fast-check'
import { anyPoint } from './any-point.ts'

/** Texts that have broken programs. */
const oddTexts = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '..\\..',
  '/etc/passwd',
  'web/../../other',
  'web\0.json',
  '\0',
  '\n',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'Web',
  'WEB',
  'wеb', // The middle letter is Cyrillic.
  'ｗｅｂ',
  'web\u200b',
  'ﬀ',
  'ı',
  'K',
  '\u202egpj',
  '\ud800',
  'con',
  'nul',
  '-',
  '-rf',
  'web.',
  'web ',
  '.removed-web-1',
  '%2e%2e',
  'a'.repeat(64),
  'a'.repeat(5000),
  '999999999999999999999',
  '1e400',
  '\u001b[2J',
]

const oddNumbers = [0, -0, -1, 1, 0.5, 1e15, 2 ** 31, 2 ** 32, 2 ** 53, 1e21, 1e300, -1e300, Number.MAX_VALUE]

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: anyPoint, maxLength: 20 }),
)

export const oddNumber: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(...oddNumbers), fc.integer())

const oddLeaf: fc.Arbitrary<unknown> = fc.oneof(oddText, oddNumber, fc.constantFrom(null, true, false))

/** Any JSON value, with keys and texts from above. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddLeaf },
  { weight: 1, arbitrary: fc.array(oddLeaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(oddText, oddLeaf, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: fc.constantFrom('@deep:[:20000', '@deep:{:20000', '@deep:{:3000') },
)

/** Its JSON, with lists and objects within each other where `oddValue` has a mark for them: no value could be so deep. */
export function textOf(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(/"@deep:(.):(\d+)"/g, (_, kind: string, count: string) =>
    kind === '[' ? '['.repeat(Number(count)) + ']'.repeat(Number(count)) : deepObject(Number(count)),
  )
}

function deepObject(depth: number): string {
  return `${'{"1":'.repeat(depth)}1${'}'.repeat(depth)}`
}

/** An object whose members are mostly right, so that what looks at them later is reached too. */
export function nearly(right: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(right).map(([key, value]) => [
    key,
    fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: oddValue }),
  ])
  const record = fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [],
  })
  const whole = fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>)
  return fc
    .tuple(fc.oneof({ weight: 5, arbitrary: whole }, record), fc.option(fc.tuple(oddText, oddValue), { freq: 12 }))
    .map(([object, more]) => (more ? { ...object, [more[0]]: more[1] } : object))
}

type Edit = { at: number; cut: number; put: string }

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.constantFrom(0, 0, 1, 3, 1000),
  put: fc.oneof(fc.constantFrom('', '', '"', '{', '[', ',', '\\', '\n', '\0', '9'), fc.string({ maxLength: 4 })),
})

/** A text that a disk, a person or a stranger has got at: pieces cut out, others put in. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.array(edit, { maxLength: 3 })).map(([whole, edits]) =>
    edits.reduce((left, { at, cut, put }) => {
      const from = Math.floor(at * left.length)
      return left.slice(0, from) + put + left.slice(from + cut)
    }, whole),
  )
}

/** Values as JSON, most of them unharmed. */
export function asJson(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const text = value.map(textOf)
  return fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: damaged(text) })
}

/** Bytes as they come from a socket: cut anywhere. */
export function inChunks(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...cuts].map(cut => Math.floor(cut * bytes.length)).sort((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}

export const cuts: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 })
