// pod host start: starts the daemon here, in this very process or in the background.
import { defaultPort } from '../address.ts'
import type { Run } from '../commands.ts'
import { rememberHost } from '../own-token.ts'

export const run: Run = async ({ options }, context) => {
  const { dataDir } = context
  const port = options.wholeNumber('port', { most: 65_535 }) ?? defaultPort
  const host = options.text('host') ?? '127.0.0.1'
  const shellPort = options.wholeNumber('shell-port', { most: 65_535 })
  const start = { dataDir, port, host, shellPort }
  if (options.has('detach')) {
    const { startDetached } = await import('../host-detached.ts')
    return await startDetached(start, context.output)
  }
  if (port !== 0) await rememberHost(port, dataDir)
  const { startHere } = await import('../host-foreground.ts')
  return await startHere({ ...start, json: context.output.json })
}
