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
    `Cannot read the token in ${file}: ${missing ? 'there is none' : cause.message}`,
    {
      hint: missing
        ? [
            { text: 'A host makes it at its first start', do: { verb: 'host start', options: { detach: true } } },
            { text: 'where it was removed, add one', do: { verb: 'host token add', args: ['NAME'] } },
          ]
        : 'Run this as the user whose host it is',
      facts: { file },
      cause,
    },
  )
}
