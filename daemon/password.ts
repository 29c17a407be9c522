// The program that keeps the password of the shell's own port: the password on stdin, the file that holds it now on stdout.
// A process of its own, since it is set while no host is there as well as beside one.
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
