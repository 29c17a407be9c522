// pod host invite: makes a token, and prints it with address and fingerprint as one string.
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { readTokenFlags } from '../argv/token-flags.ts'
import { type Address, formatAddress, isLoopback, parseAddress } from '../client/address.ts'
import type { Client } from '../client/client.ts'
import { withLocalHost } from '../host/local-host.ts'
import { formatInvite } from '../remote/invite.ts'
import { localName } from '../remote/remotes.ts'
import { tokenText } from '../say/token.ts'

type TcpAddress = Extract<Address, { kind: 'tcp' }>

export const run: Run = async ({ args: [given], options }, context) => {
  const { output } = context
  if (options.has('fleet')) return await inviteToFleet({ given, options }, context)
  const wanted = readTokenFlags(options)
  const shown = options.read('address', parseAddress)
  return await withLocalHost(context, async client => {
    const info = await client.call('host.info', {})
    const address = shown ?? outerAddress(info)
    const made = await client.call('host.token.add', { ...wanted, name: given ?? (await freeName(client)) })
    const { token, path } = made
    const at = formatAddress(address)
    const isPrivate = address.kind === 'tcp' && address.tls
    const pinned = isPrivate && info.fingerprint !== undefined ? { fingerprint: info.fingerprint } : {}
    const invite = formatInvite({ address: at, token, ...pinned, ...(path === '' ? {} : { path }) })
    output.answer({ ...made, invite, address: at, ...pinned }, () => invite)
    if (output.json) return 0
    const { say } = await import('../say/say.ts')
    if (!isPrivate && !isLoopback(address))
      await say('warn', `TLS is off at ${at}: anyone on the way can read the token`)
    const use = output.command({ verb: 'remote add', args: ['NAME', 'STRING'] })
    await say('info', `${tokenText(made)}. Anyone who has this string may do so, by: ${use}`)
    return 0
  })
}

/** @throws {P8aError} `usage` for what an invite to a fleet does not have */
async function inviteToFleet(
  { given, options }: { given: string | undefined; options: Options },
  context: Context,
): Promise<number> {
  const other = ['address', 'role', 'path', 'expires'].find(name => options.has(name))
  if (given !== undefined || other !== undefined) {
    const what = other === undefined ? JSON.stringify(given) : `--${other}`
    throw new P8aError('usage', `Cannot use ${what} with --fleet: an invite to a fleet has no token`, {
      hint: { text: 'Leave it out', do: { verb: 'host invite', options: { fleet: true } } },
    })
  }
  const { ofFleet } = await import('./of-fleet.ts')
  await ofFleet(localName, ['invite'], context)
  if (context.output.json) return 0
  const { say } = await import('../say/say.ts')
  const start = 'pod push local fleet p8a:fleet && pod start local fleet'
  await say('info', `Whoever has this string is in the fleet, by: ${start} && pod fleet join STRING`)
  return 0
}

/** Where others reach the host. @throws {P8aError} `unsupported` if nobody else reaches it */
function outerAddress(info: HostInfo): TcpAddress {
  const tcp = info.addresses.map(parseAddress).find(address => address.kind === 'tcp')
  if (tcp?.kind !== 'tcp' || isLoopback(tcp)) {
    throw new P8aError('unsupported', 'Cannot invite anyone: this host answers on this machine only', {
      hint: [
        {
          text: 'Start it so that it listens beyond this machine',
          do: { verb: 'host start', options: { host: '0.0.0.0' } },
        },
        {
          text: 'or give the address of a tunnel to it',
          do: { verb: 'host invite', options: { address: 'localhost:3000' } },
        },
      ],
    })
  }
  if (tcp.host !== '0.0.0.0' && tcp.host !== '::') return tcp
  const [first] = (info.reachableAt ?? []).map(parseAddress)
  if (first?.kind === 'tcp') return first
  throw new P8aError('unsupported', 'Cannot tell where others reach this host: this machine has no address', {
    hint: { text: 'Name it', do: { verb: 'host invite', options: { address: 'tls://example.org:3000' } } },
  })
}

async function freeName(client: Client): Promise<string> {
  const { tokens } = await client.call('host.token.list', {})
  const taken = new Set(tokens.map(({ name }) => name))
  let number = 1
  while (taken.has(`invite-${number}`)) number++
  return `invite-${number}`
}
