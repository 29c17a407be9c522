// The program that stores the password of the shell's own port: it reads the password from stdin and prints the file
// that holds it. It is a process of its own, since the password can be set with or without a host.
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { P8aError, toWireError } from '../protocol/errors.ts'
import { hashPassword } from '../protocol/password.ts'
import { replaceFile } from './store/state-file.ts'
import { dataPaths } from './system/paths.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const file = dataPaths(positionals[0] ?? '').shellPassword
const kept = `${await hashPassword(await text(process.stdin))}\n`
try {
  await replaceFile(file, kept, { durable: false })
  process.stdout.write(JSON.stringify({ file }))
} catch (cause) {
  const error = new P8aError('save_failed', `Cannot save the password: ${(cause as Error).message}`, {
    hint: 'Run this as the user of the host',
    facts: { file },
    cause,
  })
  process.stdout.write(JSON.stringify({ error: toWireError(error) }))
}
