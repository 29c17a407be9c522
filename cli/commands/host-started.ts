// What `pod host start --detach` says of the host that it has started.
import type { HostInfo } from '../../protocol/words-host.ts'
import { isLoopback, parseAddress } from '../client/address.ts'
import type { Output } from '../say/output.ts'
import { printOut } from '../say/print.ts'

/** Prints where the host answers, warnings about that, and what to do next; or all of it as JSON. */
export async function showStarted(info: HostInfo, output: Output): Promise<void> {
  output.answer(info, () => '')
  if (output.json) return
  const { say } = await import('../say/say.ts')
  await say('success', `A host is running: pid ${info.pid}, data in ${info.dataDir}`)
  printOut(`It answers at ${info.addresses.join(' and ')}\n`)
  if (info.reachableAt) printOut(`Others reach it at ${info.reachableAt.join(' and ')}\n`)
  if (info.shellAddress)
    printOut(`The shell is at ${info.shellAddress}: openssl s_client -quiet -connect ${info.shellAddress}\n`)
  if (info.fingerprint) printOut(`Its certificate has the SHA-256 fingerprint ${info.fingerprint}\n`)
  for (const address of info.addresses.filter(isInTheClear)) {
    await say(
      'warn',
      `TLS is off at ${address}: anyone on the way can read and change everything that is sent, tokens too`,
    )
  }
  const hasPods = Object.values(info.pods).some(count => count > 0)
  if (!hasPods) {
    const push = output.command({ verb: 'push', remote: 'local', args: ['hello', 'hello.js'] })
    const start = output.command({ verb: 'start', remote: 'local', args: ['hello'] })
    printOut(`Next: ${push} && ${start}\n`)
  }
}

/** Whether other machines reach an address without TLS. */
function isInTheClear(text: string): boolean {
  const address = parseAddress(text)
  return address.kind === 'tcp' && !address.tls && !isLoopback(address)
}
