// pod host password: sets the password of the shell's own port.
import { P8aError } from '../../protocol/errors.ts'
import { minPasswordLength } from '../../protocol/password.ts'
import type { Run } from '../argv/command.ts'
import { setPassword } from '../host/set-password.ts'
import { askSecrets } from '../say/secret.ts'

export const run: Run = async (_input, { output, dataDir }) => {
  const password = await askTwice()
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

async function askTwice(): Promise<string> {
  const [password, again] = await askSecrets('Password: ', 'Again: ')
  if (again === password) return password
  throw new P8aError('usage', 'Cannot take the password: you typed two different ones')
}
