// pod host status: what the host on this machine is.
import type { HostInfo } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { withLocalHost } from '../host/local-host.ts'
import { ago, count, size } from '../say/amounts.ts'
import { facts } from '../say/table.ts'

export const run: Run = async (_input, context) => {
  const { output } = context
  return await withLocalHost(context, async client => {
    const info = await client.call('host.info', {})
    const text = output.json ? '' : await facts(rows(info), output)
    output.answer(info, () => text)
    return 0
  })
}

function starts({ spares }: HostInfo): string {
  return count(spares.hits + spares.misses, 'start')
}

function rows(info: HostInfo): [string, string | undefined][] {
  const pods = Object.entries(info.pods).flatMap(([state, number]) => (number > 0 ? [`${number} ${state}`] : []))
  return [
    ['host', `${info.id}, p8a ${info.version}, Node ${info.node.replace(/^v/, '')}`],
    ['pid', String(info.pid)],
    ['started', ago(info.startedAt, Date.now())],
    ['data', info.dataDir],
    ['addresses', info.addresses.join(', ')],
    ['reached at', info.reachableAt?.join(', ')],
    ...(info.shellAddress === undefined ? [] : [['shell', `${info.shellAddress}, by TLS`] as [string, string]]),
    ['SHA-256', info.fingerprint],
    ['pods', pods.length > 0 ? pods.join(', ') : 'none'],
    ['runs', count(info.runs, 'process').replace(/processs$/, 'processes')],
    ['spares', `${info.spares.ready} ready; ${info.spares.hits} of ${starts(info)} found one`],
    ['memory', size(info.memory)],
  ]
}
