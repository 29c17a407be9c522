// pod host start: starts the daemon here, in this very process or in the background.
import { defaultPort } from '../address.ts'
import type { Run } from '../commands.ts'
import { rememberHost } from '../own-token.ts'

export const run: Run = async ({ options }, context) => {
  const { dataDir } = context
  const port = options.wholeNumber('port', { most: 65_535 }) ?? defaultPort
  const host = options.text('host') ?? '127.0.0.1'
  if (options.has('detach')) {
    const { startDetached } = await import('../host-detached.ts')
    return await startDetached({ dataDir, port, host }, context.output)
  }
  if (port !== 0) await rememberHost(port, dataDir)
  const { startHere } = await import('../host-foreground.ts')
  return await startHere({ dataDir, port, host, json: context.output.json })
}
