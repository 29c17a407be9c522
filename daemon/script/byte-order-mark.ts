// The mark that some editors put before a text. The system takes it as the script's first word, and does not see the
// `#!` line after it.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'

const marks: readonly (readonly [bytes: string, name: string])[] = [
  ['efbbbf', 'a byte order mark'],
  ['fffe', 'the byte order mark of UTF-16'],
  ['feff', 'the byte order mark of UTF-16'],
]

/** Whether `content` has a `#!` line after a mark. */
export function hidesInterpreter(content: Buffer): boolean {
  return content.subarray(0, 5).toString('hex') === 'efbbbf2321'
}

/** @throws {P8aError} `bad_image` if a script begins with a mark */
export function refuseMarked(content: Buffer, file: string): void {
  const head = content.subarray(0, 3).toString('hex')
  const name = marks.find(([bytes]) => head.startsWith(bytes))?.[1]
  if (name === undefined) return
  const why = hidesInterpreter(content) ? ', so that its #! line is not seen' : ''
  throw new P8aError('bad_image', `Cannot push ${quote(file)}: the script begins with ${name}${why}`, {
    hint: 'Save it as UTF-8 without a byte order mark (BOM), and push it again',
    facts: { file },
  })
}
