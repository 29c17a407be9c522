// pod host token: prints the token of the host on this machine.
import { readFile } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { tokenFile } from '../host/data-dir.ts'

export const run: Run = async (_input, { output, dataDir }) => {
  const file = tokenFile(dataDir)
  const token = await readFile(file, 'utf8').then(
    text => text.trim(),
    cause => {
      throw noToken(file, cause)
    },
  )
  output.answer({ token }, () => token)
  return 0
}

function noToken(file: string, cause: NodeJS.ErrnoException): P8aError {
  const missing = cause.code === 'ENOENT'
  return new P8aError(
    'file_not_found',
    `Cannot read the token in ${file}: ${missing ? 'there is no such file' : cause.message}`,
    {
      hint: missing
        ? [
            { text: 'A host makes it at its first start', do: { verb: 'host start', options: { detach: true } } },
            { text: 'if the token was removed, add another', do: { verb: 'host token add', args: ['NAME'] } },
          ]
        : 'Run this as the user of the host',
      facts: { file },
      cause,
    },
  )
}
