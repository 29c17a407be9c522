// pod remote pin: pins another certificate of a host. It does not connect to that host.
import type { Run } from '../argv/command.ts'
import { readFingerprintText } from '../client/fingerprint.ts'
import { pinRemote } from '../remote/remotes.ts'

export const run: Run = async ({ args: [name = '', text = ''] }, { output }) => {
  const fingerprint = readFingerprintText(text)
  await pinRemote(name, fingerprint)
  output.answer({ name, fingerprint }, () => `From now on ${name} must have the certificate ${fingerprint}`)
  return 0
}
