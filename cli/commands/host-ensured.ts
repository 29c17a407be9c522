// Starts the host on this machine where there is none, in the background.
import { P8aError } from '../../protocol/errors.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import { parseAddress } from '../client/address.ts'
import { startDetached } from '../host/detached.ts'
import { withLocalHost } from '../host/local-host.ts'
import { makeFolder } from '../host/make-folder.ts'
import { softFiles } from '../host/soft-files.ts'
import { rememberHost } from '../remote/own-host.ts'

/** @returns what it is, if it was started now @throws {P8aError} as `pod host start` */
export async function ensureHost({ dataDir }: { dataDir: string }): Promise<HostInfo | undefined> {
  const error = await withLocalHost({ dataDir }, async () => undefined).catch((error: unknown) => error)
  if (error === undefined) return undefined
  if (!(error instanceof P8aError) || !isAbsence(error)) throw error
  await makeFolder(dataDir)
  const info = await start(dataDir, undefined).catch(async (error: unknown) => {
    // The socket is all that this machine needs; another program, or another user's host, may have the usual port.
    if (error instanceof P8aError && error.code === 'port_in_use') return await start(dataDir, 0)
    // Another command was faster.
    if (error instanceof P8aError && error.code === 'host_running') return undefined
    throw error
  })
  for (const address of info?.addresses.map(parseAddress) ?? [])
    if (address.kind === 'tcp') await rememberHost(address.port, dataDir)
  return info
}

function isAbsence({ code, facts }: P8aError): boolean {
  return code === 'host_unreachable' && ['ENOENT', 'ECONNREFUSED'].includes(String(facts.reason))
}

/** @param port one for this time alone; undefined for that of its last start, or the usual one */
async function start(dataDir: string, port: number | undefined): Promise<HostInfo> {
  const plain = { host: undefined, shellPort: undefined, tls: undefined, cert: undefined, key: undefined }
  const once = port !== undefined
  return await startDetached({ dataDir, port, ...plain, softFiles: softFiles(), forget: false, once, isDetached: true })
}
