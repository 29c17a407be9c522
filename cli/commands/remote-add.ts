// pod remote add: keeps an address under a name, and says whether a host answers there. A host need not answer, unless
// its certificate has to be read.
import { P8aError } from '../../protocol/errors.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { readPath } from '../argv/token-flags.ts'
import { type Address, formatAddress, isLoopback, parseAddress } from '../client/address.ts'
import { certificateChanged, readFingerprintText, sameFingerprint } from '../client/fingerprint.ts'
import { isInvite, parseInvite } from '../remote/invite.ts'
import { type Found, probe } from '../remote/probe.ts'
import { addRemote, checkFree } from '../remote/remotes.ts'
import { secretOr } from '../say/secret.ts'
import { spin } from '../say/spinner.ts'

/** How long the host may take to answer. */
const askMs = 2000

/** What to keep. */
type Wanted = { address: Address; path: string; token: string | undefined; fingerprint: string | undefined }

export const run: Run = async ({ args: [name = '', text = ''], options }, context) => {
  const { output } = context
  const wanted = read(await secretOr(text, 'Invitation or address: '), options, context)
  const shown = formatAddress(wanted.address)
  checkFree(name)
  const pinned = options.has('ca') ? undefined : await spin(`Asking ${shown}`, output, pin(wanted))
  const { address, path, token } = wanted
  await addRemote(name, {
    address: shown,
    ...(path === '' ? {} : { path }),
    ...(token === undefined ? {} : { token }),
    ...(pinned === undefined ? {} : { fingerprint: pinned }),
  })
  const remote = { name, address, path, token, fingerprint: pinned }
  const found = await spin(`Asking ${shown}`, output, probe(remote, context, askMs))
  output.answer(
    { name, address: shown, path, ...(pinned === undefined ? {} : { fingerprint: pinned }), ...found },
    () => '',
  )
  if (!output.json) await tell(name, { ...wanted, pinned, found }, context)
  return 0
}

function read(text: string, options: Options, { token }: Context): Wanted {
  const invite = isInvite(text) ? parseInvite(text) : undefined
  const fingerprint = options.read('fingerprint', readFingerprintText) ?? fingerprintOf(invite?.fingerprint)
  const wanted = {
    address: parseAddress(invite?.address ?? text),
    path: options.read('path', readPath) ?? readPath(invite?.path ?? ''),
    token: options.text('token') === '-' ? token : (options.text('token') ?? invite?.token),
    fingerprint,
  }
  const isPrivate = wanted.address.kind === 'tcp' && wanted.address.tls
  if (!isPrivate && (fingerprint !== undefined || options.has('ca'))) {
    throw new P8aError(
      'usage',
      `Cannot use --${options.has('ca') ? 'ca' : 'fingerprint'} with an address without TLS`,
      {
        hint: 'Begin the address with tls://',
      },
    )
  }
  if (fingerprint !== undefined && options.has('ca')) throw new P8aError('usage', 'Cannot use --fingerprint with --ca')
  return wanted
}

/**
 * The fingerprint to pin: the one that was given, or else the one that the host has now, as ssh does.
 * @throws {P8aError} `certificate_changed`, `host_unreachable` if its certificate cannot be read and was not given
 */
async function pin({ address, fingerprint }: Wanted): Promise<string | undefined> {
  if (address.kind === 'unix' || !address.tls) return undefined
  const { readFingerprint } = await import('../client/tls.ts')
  const found = await readFingerprint(address).catch((error: P8aError) => {
    if (fingerprint === undefined) throw unseen(error)
    return undefined
  })
  if (found === undefined || fingerprint === undefined || sameFingerprint(found, fingerprint))
    return fingerprint ?? found
  const { code, message, facts } = certificateChanged(formatAddress(address), { pinned: fingerprint, found })
  throw new P8aError(code, message, {
    hint: [
      { text: `Its certificate should be ${fingerprint}, and is ${found}` },
      { text: 'ask the people who run the host for the right one, which they see by', do: { verb: 'host status' } },
    ],
    facts,
  })
}

function unseen({ code, message, facts, cause }: P8aError): P8aError {
  return new P8aError(code, `${message}, so its certificate cannot be pinned`, {
    hint: [
      { text: 'Start the host first, or name the certificate that it must have: --fingerprint SHA256' },
      { text: 'to see it, type on the machine of the host', do: { verb: 'host status' } },
    ],
    facts,
    cause,
  })
}

async function tell(
  name: string,
  { address, path, fingerprint, pinned, found }: Wanted & { pinned: string | undefined; found: Found },
  { output }: Context,
): Promise<void> {
  const { say } = await import('../say/say.ts')
  await say('success', `${name} is ${formatAddress(address)}${path === '' ? '' : `, path ${path}`}`)
  if (pinned !== undefined) {
    output.write(`Its certificate is pinned: SHA-256 ${pinned}`)
    if (fingerprint === undefined)
      await say(
        'info',
        `Compare it with the one that this shows on the machine of the host: ${output.command({ verb: 'host status' })}`,
      )
  }
  const isInTheClear = address.kind === 'tcp' && !address.tls && !isLoopback(address)
  if (isInTheClear)
    await say('warn', 'without TLS, anyone on the way can read and change everything that is sent, tokens too')
  if (found.answers) return
  await say('warn', `${name} cannot be used now: ${found.problem}`)
  const speaksTls = found.code === 'unsupported' && address.kind === 'tcp' && !address.tls
  if (speaksTls) {
    const remove = output.command({ verb: 'remote remove', args: [name] })
    const add = output.command({ verb: 'remote add', args: [name, `tls://${formatAddress(address)}`] })
    await say('info', `To use TLS: ${remove} && ${add}`)
  }
}

function fingerprintOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : readFingerprintText(text)
}
