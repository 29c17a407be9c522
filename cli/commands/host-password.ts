// pod host password: sets the password of the shell's own port.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { P8aError } from '../../protocol/errors.ts'
import { minPasswordLength } from '../../protocol/password.ts'
import type { Run } from '../argv/command.ts'
import { setPassword } from '../host/set-password.ts'
import { printErr } from '../say/print.ts'

export const run: Run = async (_input, { output, dataDir }) => {
  const password = process.stdin.isTTY ? await askTwice() : await readFirstLine()
  if (password.length < minPasswordLength) {
    throw new P8aError('usage', `Cannot take the password: it has ${password.length} characters`, {
      hint: `It needs at least ${minPasswordLength}; to make one: openssl rand -base64 18`,
    })
  }
  const file = await setPassword(password, { dataDir })
  output.answer({ file }, () => {
    const start = output.command({ verb: 'host start', options: { 'shell-port': '3001' } })
    return `The password is set. To serve the shell on a port of its own: ${start}`
  })
  return 0
}

async function readFirstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin, terminal: false })) return line
  return ''
}

/** Nothing of what is typed is shown. */
async function askTwice(): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const readline = createInterface({ input: process.stdin, output: hidden, terminal: true })
  const ask = async (question: string) => {
    printErr(question)
    return await readline.question('').finally(() => printErr('\n'))
  }
  try {
    const password = await ask('Password: ')
    if ((await ask('Again: ')) === password) return password
    throw new P8aError('usage', 'Cannot take the password: you typed two different ones')
  } finally {
    readline.close()
  }
}
