// Which sockets a pod is to have, by the addresses that it names, and whether somebody has one of them already.
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { addressText, type Port, readAddress } from '../../protocol/listen.ts'
import type { PortsOfPod } from '../store/ports-file.ts'
import type { PodPaths } from '../system/paths.ts'
import { numbered } from './socket-access.ts'
import { checkFree, takenByPod } from './taken.ts'

/** Free ports are looked for here: below those that the system itself gives to connections. */
const firstChosen = 20_000
const chosenCount = 12_000
const chosenTries = 50

/** A pod that may have sockets. `key`: its path and name. `pod`: where its files are. `user`: to whom its Unix sockets belong. */
export type Owner = { key: string; pod: PodPaths; user?: string | undefined }

/** The addresses that a pod wants, by their names. */
export type Listen = Readonly<Record<string, string>>

/** What all pods have, by their keys. */
type Had = ReadonlyMap<string, PortsOfPod>

type Among = { had: Had; random: () => number }

/**
 * The sockets that an owner is to have: those that it has not yet must be free.
 * @throws {P8aError} `port_taken`, with whoever has it; `start_failed` if nobody can listen there, or if it is to be somebody's
 *   whom this machine does not know
 */
export async function portsFor(
  owner: Owner,
  listen: Listen,
  among: Among,
): Promise<Pick<PortsOfPod, 'ports' | 'chosen'>> {
  const known = among.had.get(owner.key)
  const chosen = { ...known?.chosen }
  const ports: Port[] = []
  for (const [name, text] of Object.entries(listen)) {
    const wanted = readAddress(text) ?? { port: 0 }
    const isFixed = !('port' in wanted) || wanted.port !== 0
    const before = Object.hasOwn(chosen, name) ? chosen[name] : undefined
    const port = isFixed || before ? portOf(owner, name, { wanted, chosen: before }) : undefined
    const found = port ?? (await choose(owner, { name, host: 'port' in wanted ? wanted.host : undefined }, among))
    if ('port' in found && !isFixed) chosen[name] = found.port
    if (port && !hasHeld(known, port)) await refuseTaken(owner, port, among.had)
    ports.push(await withNumbers(owner, found))
  }
  return { ports, chosen }
}

type Known = { wanted: NonNullable<ReturnType<typeof readAddress>>; chosen: number | undefined }

function portOf({ pod, user }: Owner, name: string, { wanted, chosen }: Known): Port {
  if ('port' in wanted) return { name, host: wanted.host ?? '', port: wanted.port || (chosen as number) }
  const { path = join(pod.dir, `${name}.sock`) } = wanted
  const access = user === undefined ? wanted.access : { owner: user, ...wanted.access }
  return { name, path, ...(access && { access }) }
}

async function withNumbers({ key: pod }: Owner, port: Port): Promise<Port> {
  if (!('path' in port) || !port.access) return port
  return { ...port, access: await numbered({ pod, path: port.path, access: port.access }) }
}

/** Whether its own processes may listen there, whoever holds it by now. */
function hasHeld(known: PortsOfPod | undefined, port: Port): boolean {
  return known?.keeper !== undefined && known.ports.some(held => addressText(held) === addressText(port))
}

async function refuseTaken(owner: Owner, port: Port, had: Had): Promise<void> {
  const other = podAt(owner, port, had)
  if (other !== undefined) throw takenByPod({ pod: owner.key, port }, other)
  await checkFree({ pod: owner.key, port })
}

/** Another pod that has that address, or one that includes it. */
function podAt({ key }: Owner, port: Port, had: Had): string | undefined {
  const isSame = (held: Port) =>
    'path' in port || 'path' in held
      ? addressText(held) === addressText(port)
      : held.port === port.port && (held.host === port.host || isAll(held.host) || isAll(port.host))
  const others = [...had].filter(([other, { keeper }]) => other !== key && keeper !== undefined)
  return others.find(([, { ports }]) => ports.some(isSame))?.[0]
}

function isAll(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::'
}

async function choose(
  owner: Owner,
  { name, host = '' }: { name: string; host: string | undefined },
  { had, random }: Among,
): Promise<Port> {
  for (let tries = 0; tries < chosenTries; tries++) {
    const port = { name, host, port: firstChosen + Math.floor(random() * chosenCount) }
    const isTaken = [...had.values()].some(({ chosen }) => Object.values(chosen).includes(port.port))
    const isRefused = await refuseTaken(owner, port, had).then(
      () => false,
      () => true,
    )
    if (!isTaken && !isRefused) return port
  }
  throw new P8aError('start_failed', `No free port was found for pod ${owner.key}`, { facts: { pod: owner.key } })
}
