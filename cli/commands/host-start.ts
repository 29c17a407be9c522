// pod host start: starts the daemon here, in this very process or in the background.
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { defaultPort, parseAddress, readMachine } from '../client/address.ts'
import { makeFolder } from '../host/make-folder.ts'
import type { StartOptions } from '../host/programs.ts'
import { softFiles } from '../host/soft-files.ts'
import { startedPort } from '../host/started-port.ts'
import { rememberHost } from '../remote/own-host.ts'
import { spin } from '../say/spinner.ts'
import { showStarted } from './host-started.ts'
import { readableFile } from './readable-file.ts'

export const run: Run = async ({ options }, context) => {
  const { dataDir } = context
  // Node writes compiled code into the data directory as soon as it boots, before the daemon can set a umask.
  process.umask(0o077)
  const port = options.wholeNumber('port', { most: 65_535 })
  const host = options.read('host', readMachine)
  const shellPort = options.wholeNumber('shell-port', { most: 65_535 })
  const privacy = await readPrivacy(options)
  await makeFolder(dataDir)
  const start = {
    dataDir,
    port,
    host,
    shellPort,
    softFiles: softFiles(),
    ...privacy,
    ...readKeeping(options),
    isDetached: options.has('detach'),
  }
  if (options.has('detach')) {
    const { startDetached } = await import('../host/detached.ts')
    const info = await spin('Starting a host', context.output, startDetached(start, context))
    for (const port of tcpPorts(info)) await remember(port, context)
    await showStarted(info, context.output)
    return 0
  }
  const known = port ?? (options.has('forget') ? undefined : await startedPort(dataDir)) ?? defaultPort
  if (known !== 0) await remember(known, context)
  const { startHere } = await import('../host/foreground.ts')
  return await startHere({ ...start, json: context.output.json })
}

/** A home that cannot be written keeps no host from starting; what `pod` then cannot know is said. */
async function remember(port: number, { dataDir, output }: Context): Promise<void> {
  try {
    await rememberHost(port, dataDir)
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    const { say } = await import('../say/say.ts')
    const found = output.command({ verb: 'status', remote: 'local', options: { data: dataDir } })
    if (!output.json)
      await say('warn', `${error.message}; so localhost:${port} will need a token. Without one: ${found}`)
  }
}

async function readPrivacy(options: Options): Promise<Pick<StartOptions, 'tls' | 'cert' | 'key'>> {
  if (options.has('tls') && options.has('no-tls')) throw new P8aError('usage', 'Cannot use --tls with --no-tls')
  const tls = options.has('tls') ? 'on' : options.has('no-tls') ? 'off' : undefined
  return { tls, cert: await options.read('cert', readableFile), key: await options.read('key', readableFile) }
}

/** What becomes of that which the host remembers of its last start. */
function readKeeping(options: Options): Pick<StartOptions, 'forget' | 'once'> {
  if (options.has('forget') && options.has('once')) throw new P8aError('usage', 'Cannot use --forget with --once')
  return { forget: options.has('forget'), once: options.has('once') }
}

function tcpPorts(info: HostInfo): number[] {
  return info.addresses.map(parseAddress).flatMap(address => (address.kind === 'tcp' ? [address.port] : []))
}
