// Whether this host may begin, join, move or leave. It knows no engine, and asks nobody.
import { fleetError } from '../host/errors.ts'
import type { OwnEngine } from '../security/founding.ts'
import type { EngineSettings } from '../settings.ts'

/** @throws {Error} `bad_params` naming the first that cannot be the name of a host or a tag */
export function checkNames(names: readonly string[]): void {
  const wrong = names.find(name => !/^[a-z](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(name))
  if (wrong === undefined) return
  throw fleetError(
    'bad_params',
    `${JSON.stringify(wrong)} can be no name of a host or tag: a lower-case letter, then letters, digits, - or _`,
    'Give another one: --name',
  )
}

/** `hosts`: those of the fleet; `engine`: of what kind it is now; `isKeeper`: this host keeps it. */
type Now = { host: string; hosts: Iterable<string>; engine: EngineSettings['kind']; isKeeper: boolean }

/** @throws {Error} if the fleet has other hosts, or is there already */
export function checkMove(wanted: (EngineSettings | OwnEngine)['kind'], { host, hosts, engine, isKeeper }: Now): void {
  checkAlone(host, hosts)
  if (wanted === 'embedded' && engine === 'embedded')
    throw fleetError('unsupported', 'The engine of this fleet is within this host', 'Move it to one: --nats URL')
  if (wanted === 'own' && isKeeper) throw fleetError('unsupported', 'This host keeps the engine of its fleet already')
}

/** @throws {Error} if a fleet has hosts other than this one: each of them knows the engine that it has */
export function checkAlone(host: string, hosts: Iterable<string>): void {
  const others = [...hosts].filter(name => name !== host)
  if (others.length === 0) return
  throw fleetError('unsupported', `Cannot move the fleet: others are in it: ${others.join(', ')}`, [
    { text: 'Let them leave first: for each', do: { verb: 'fleet drain', args: ['NAME'] } },
    { text: 'then', do: { verb: 'fleet leave', remote: 'HOST' } },
  ])
}

/** `pods`: how many of the fleet are here; `isRefused`: the engine has cut this host off. */
type Leaving = { host: string; hosts: readonly string[]; pods: number; isKeeper: boolean; isRefused: boolean }

/** @throws {Error} if other hosts need the engine that is here, or the pods */
export function checkLeave({ host, hosts, pods, isKeeper, isRefused }: Leaving): void {
  const others = hosts.filter(name => name !== host)
  if (others.length === 0) return
  if (isKeeper)
    throw fleetError(
      'unsupported',
      `Cannot leave: this host keeps the engine of the fleet, and others are in it: ${others.join(', ')}`,
      { text: 'Let them leave first, or take them out', do: { verb: 'fleet remove', args: ['NAME'] } },
    )
  // One that is cut off cannot drain: what it has is elsewhere by now, or soon will be.
  if (pods > 0 && !isRefused)
    throw fleetError('pod_running', `Cannot leave: ${pods} pods of the fleet are on this host`, {
      text: 'Move them away first',
      do: { verb: 'fleet drain', args: [host] },
    })
}
