// Opens the network of a trial: of namespaces, or, where the machine makes none, of proxies.
import { isOnPath } from '../../../test/programs.ts'
import { Namespaces } from './namespaces.ts'
import type { Network, Places } from './places.ts'
import { Proxies } from './proxies.ts'

export async function openNetwork(places: Places, { useProxies = false } = {}): Promise<Network> {
  const why = useProxies ? 'proxies were asked for' : await whyNoNamespaces()
  if (why === undefined) return await Namespaces.open([...places.hosts, ...places.engines])
  process.stdout.write(`without network namespaces (${why}): by proxies, and with less to try\n`)
  return await Proxies.open(places)
}

/** @returns undefined where there can be some */
async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root makes them'
  const missing = ['ip', 'nsenter', 'iptables'].find(name => !isOnPath(name))
  if (missing) return `there is no ${missing}`
  try {
    await using probe = await Namespaces.open(['probe'])
    await probe.cut('probe', 'probe')
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
