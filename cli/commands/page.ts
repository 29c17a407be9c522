// pod page: a link to the page of a host, which lets in whoever opens it first; and opens it.
import type { Run } from '../argv/command.ts'
import { readRole } from '../argv/token-flags.ts'
import { type Address, parseAddress } from '../client/address.ts'
import { openBrowser } from '../host/browser.ts'
import { pageLink, pageOrigin } from '../remote/page-link.ts'
import { withHost } from '../remote/remote-host.ts'
import { localName } from '../remote/remotes.ts'

export const run: Run = async ({ args: [remote = localName], options }, context) => {
  const { output } = context
  const role = options.read('role', readRole)
  return await withHost(remote, context, async host => {
    const origin = pageOrigin(host.remote.address, await addressesOf(host))
    const { code, expiresAt } = await host.call('host.page.code', role === undefined ? {} : { role })
    const url = pageLink(origin, code)
    output.answer({ url, expiresAt }, () => url)
    if (output.json) return 0
    const isOpened = !options.has('no-open') && output.isTerminal && (await openBrowser(url))
    const { say } = await import('../say/say.ts')
    const what = isOpened ? 'Your browser opens it' : 'Open it in a browser'
    await say('info', `${what}: it lets in once, and not for long`)
    if (origin.startsWith('https:') && host.remote.fingerprint !== undefined)
      await say('info', `The browser may ask about the certificate: its fingerprint is ${host.remote.fingerprint}`)
    return 0
  })
}

/** The Unix socket is no place for a browser. */
async function addressesOf(host: Parameters<Parameters<typeof withHost>[2]>[0]): Promise<Address[]> {
  if (host.remote.address.kind === 'tcp') return []
  const { addresses } = await host.client.call('host.info', {})
  return addresses.map(parseAddress)
}
