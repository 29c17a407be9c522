// pod host status: what the host on this machine is.
import type { HostInfo } from '../../protocol/words-host.ts'
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

/** The options that its next start has too. A host of an earlier version has none. */
function remembered({ startedWith = {} }: Partial<Pick<HostInfo, 'startedWith'>>): string | undefined {
  const { tls, shellPort, ...others } = startedWith
  const flags = [
    ...Object.entries(others).map(([name, value]) => `--${name} ${value}`),
    ...(shellPort === undefined ? [] : [`--shell-port ${shellPort}`]),
    ...(tls === undefined ? [] : [tls === 'on' ? '--tls' : '--no-tls']),
  ]
  return flags.length > 0 ? flags.join(' ') : undefined
}

function upgraded({ upgrade }: HostInfo): string | undefined {
  if (!upgrade) return undefined
  const { from, to, at, outcome, why } = upgrade
  return `${from} to ${to}, ${ago(at, Date.now())}: ${outcome}${why === undefined ? '' : `, ${why}`}`
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
    ['remembers', remembered(info)],
    ['upgrade', upgraded(info)],
    ['pods', pods.length > 0 ? pods.join(', ') : 'none'],
    ['runs', count(info.runs, 'process').replace(/processs$/, 'processes')],
    ['spares', `${info.spares.ready} ready; ${info.spares.hits} of ${starts(info)} found one`],
    ['memory', size(info.memory)],
  ]
}
