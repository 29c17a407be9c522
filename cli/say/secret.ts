// Reads a secret: from stdin, or as a person types it, without showing it. Every user of the machine can see the
// arguments of a command, so secrets do not belong there.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { P8aError } from '../../protocol/errors.ts'
import { printErr } from './print.ts'

/** An invitation has some hundreds. */
const maxSecretCharacters = 64 * 1024

/** The first line of stdin; on a terminal, one line for each question. */
export async function askSecrets<const Questions extends readonly string[]>(
  ...questions: Questions
): Promise<{ [Index in keyof Questions]: string }> {
  if (!process.stdin.isTTY) return questions.map(await firstLine()) as { [Index in keyof Questions]: string }
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const readline = createInterface({ input: process.stdin, output: hidden, terminal: true })
  try {
    const answers: string[] = []
    for (const question of questions) {
      printErr(question)
      answers.push(await readline.question('').finally(() => printErr('\n')))
    }
    return answers as { [Index in keyof Questions]: string }
  } finally {
    readline.close()
  }
}

/** The value of an option or argument that may be a secret: `-` reads it. */
export async function secretOr(given: string, question: string): Promise<string> {
  if (given !== '-') return given
  const [secret] = await askSecrets(question)
  return secret.trim()
}

/** Up to a limit: /dev/zero has no line. @throws {P8aError} `too_large` */
async function firstLine(): Promise<() => string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.includes('\n')) break
    if (text.length > maxSecretCharacters) {
      throw new P8aError('too_large', 'Cannot read stdin: its first line is too long for a secret', {
        hint: `A secret has at most ${maxSecretCharacters} characters`,
      })
    }
  }
  const [line = ''] = text.split(/\r?\n/, 1)
  return () => line
}
