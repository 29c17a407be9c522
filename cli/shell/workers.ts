// `worker info`, `worker revive` and `restart`: what the shell shows and does for all pods, or for its own.
import type { PodStatus } from '../../protocol/words.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { table } from '../say/table.ts'

/** Runs of a pod: how many are up, how many are wanted, and in how many places attempts fail or were given up. */
type Workers = { name: string; current: number; target: number; dead: number }

/** The pods that are meant: the one called `name`, or all. */
async function podsOf(host: RemoteHost, name: string | undefined): Promise<PodStatus[]> {
  return name === undefined ? (await host.call('pod.list', {})).pods : [await host.call('pod.status', { name })]
}

export async function workerInfo(host: RemoteHost, name: string | undefined, output: Output): Promise<void> {
  const workers: Workers[] = (await podsOf(host, name)).map(pod => ({
    name: pod.name,
    current: pod.up,
    target: pod.want === 'up' ? pod.scale : 0,
    dead: pod.failed ?? 0,
  }))
  const rows = workers.map(({ name, current, target, dead }) => [name, String(current), String(target), String(dead)])
  const text = output.json ? '' : await table(['NAME', 'CURRENT', 'TARGET', 'DEAD'], rows, output)
  output.answer({ workers }, () => text)
}

/**
 * The pods that are in error, and by which verb each is revived: one of which nothing is up is restarted, with the newest
 * version; of another only what is not well is tried again.
 */
export async function unwell(host: RemoteHost, name: string | undefined): Promise<[verb: string, name: string][]> {
  const pods = (await podsOf(host, name)).filter(pod => pod.status === 'error')
  return pods.map(pod => [pod.up === 0 ? 'restart' : 'wake', pod.name])
}

/** The pods that should be up. */
export async function wanted(host: RemoteHost): Promise<[verb: string, name: string][]> {
  return (await podsOf(host, undefined)).filter(pod => pod.want === 'up').map(pod => ['restart', pod.name])
}
