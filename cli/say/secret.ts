// Reads a secret: from stdin, or as a person types it, without showing it. Every user of the machine can see the
// arguments of a command, so secrets do not belong there.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { printErr } from './print.ts'

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

async function firstLine(): Promise<() => string> {
  for await (const line of createInterface({ input: process.stdin, terminal: false })) return () => line
  return () => ''
}
