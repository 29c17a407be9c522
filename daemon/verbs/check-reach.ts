// Whether what is wanted of a pod could come to be: its machine has what that takes, and what it says of itself fits together.
import { P8aError } from '../../protocol/errors.ts'
import { joinPath, quote } from '../../protocol/names.ts'
import { refuseUnheld } from '../bounds/groups.ts'
import { refuseUnisolated } from '../bounds/levels.ts'
import { refuseUser } from '../bounds/user.ts'
import type { InForce } from '../pod/in-force.ts'
import { isKept } from '../pod/service-order.ts'
import type { Desired } from '../store/desired.ts'
import { refuseTaken, routesAt } from '../tree/routes.ts'
import { inForceWith } from './profiled.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `bad_config`, `unsupported`, `port_taken`, `start_failed`: what stands in its way */
export async function checkReach(site: Site, name: string, desired: Desired): Promise<void> {
  const { path, seams, daemon } = site
  const { image, config } = await inForceWith(site, name, desired)
  const { listen, route, isolate, limits, user, stopTo } = config
  refuseUnheld(name, limits)
  const isNode = !isKept(image)
  await refuseUnisolated({ name, isolate, isNode, user, listens: listen !== undefined, stopTo })
  await refuseUser(seams, { name, user, isNode, isBoxed: isolate?.by === 'sandbox' })
  refuseUnfit(name, config)
  const key = joinPath(path, name)
  if (route) refuseTaken({ key, routes: route }, routesAt([daemon.hosts.root, ...daemon.hosts.all()]))
  if (listen) await daemon.ports.check({ key, pod: seams.paths.pod(name), user }, listen)
}

/** What does not fit together. @throws {P8aError} `bad_config` */
function refuseUnfit(name: string, { listen, route = [], sleep = 0, min, max }: InForce['config']): void {
  if (sleep > 0 && !listen) throw sleepless(name)
  if (route.length > 0 && !listen) throw unreachable(name)
  if (min !== undefined && max !== undefined && min > max) throw beyondMost(name, min, max)
}

function beyondMost(name: string, min: number, max: number): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot use the config: pod ${quote(name)} has a min of ${min}, and a max of ${max}`,
    {
      hint: 'Let max be as large as min, or larger',
      facts: { pod: name, key: 'min' },
    },
  )
}

function sleepless(name: string): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot use the config: pod ${quote(name)} has sleep, and no port: nothing could wake it`,
    {
      hint: 'Let the host hold a port for it, by listen in its config or --listen at its start; or turn sleep off, by --sleep 0',
      facts: { pod: name, key: 'sleep' },
    },
  )
}

function unreachable(name: string): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot use the config: pod ${quote(name)} has a route, and no port: no gateway could reach it`,
    {
      hint: 'Let the host hold a port for it, by listen in its config or --listen at its start, such as --listen unix',
      facts: { pod: name, key: 'route' },
    },
  )
}
