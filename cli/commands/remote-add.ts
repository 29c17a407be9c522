// pod remote add: keeps an address under a name, and says whether a host answers there. It need not.
import { P8aError } from '../../protocol/errors.ts'
import { checkName } from '../../protocol/names.ts'
import { formatAddress, parseAddress } from '../address.ts'
import type { Run } from '../commands.ts'
import { probe } from '../probe.ts'
import { addRemote } from '../remotes.ts'
import { spin } from '../render/spinner.ts'

/** How long the host may take to answer. */
const askMs = 2000

export const run: Run = async ({ args: [name = '', text = ''], options }, context) => {
  const { output } = context
  const address = parseAddress(text)
  const path = readPath(options.text('path') ?? '')
  const token = options.text('token')
  const shown = formatAddress(address)
  await addRemote(name, {
    address: shown,
    ...(path === '' ? {} : { path }),
    ...(token === undefined ? {} : { token }),
  })
  const found = await spin(`Asking ${shown}`, output, probe({ name, address, path, token }, context, askMs))
  output.answer({ name, address: shown, path, ...found }, () => '')
  if (output.json) return 0
  const { say } = await import('../say.ts')
  await say('success', `${name} is ${shown}${path === '' ? '' : `, path ${path}`}`)
  if (!found.answers) await say('warn', `no host answers there now: ${found.problem}`)
  return 0
}

function readPath(path: string): string {
  if (path === '') return ''
  if (path.length > 1024) throw new P8aError('usage', 'Cannot use --path: it is longer than 1024 characters')
  return path
    .split('.')
    .map(part => checkName(part, 'host'))
    .join('.')
}
