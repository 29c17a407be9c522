// Several hosts as one: `pod push local fleet p8a:fleet`, `pod start local fleet`, and then `pod fleet init` or `pod fleet join`. docs/FLEET.md tells
// all that it does. It is written with what any pod is offered.
import { mkdirSync } from 'node:fs'
import type { Bus, P8a, Pod, PodConfigInput } from 'p8a'
import { commandsOf } from './commands.ts'
import { readDirect, readTunnels } from './direct/setting.ts'
import { figuresOf } from './figures.ts'
import { Member } from './member.ts'
import { Membership } from './membership/membership.ts'
import { statusOf, textOf } from './membership/status.ts'
import { Rest } from './rest.ts'
import { timesOf } from './times.ts'

/** It has pods of its own; two of it would each place them. A fleet pod that hangs is replaced before its host is taken for dead. */
export const config: PodConfigInput = {
  may: 'deploy',
  single: true,
  check: { interval: '1s', timeout: '1s', failures: 2 },
}

let membership: Membership | undefined

function ours(): Membership {
  if (membership) return membership
  throw Object.assign(new Error('The fleet has not begun yet'), { code: 'pod_not_up' })
}

export const commands = commandsOf(ours)

/** As `pod fleet status --json`. */
export const status = (): object => statusOf(ours().member(), ours().steppedDownFor)

/** What everyone who may look is told of it: nothing of its engine. */
const info = (): object => {
  const { engine: _, ...told } = statusOf(ours().member())
  return told
}

/** By which the metrics of a host know such a pod. */
export const fleetFigures = (): object => {
  const member = ours().member()
  return figuresOf(statusOf(member), member.podStates())
}

const main: Pod = async (params, bus: Bus, p8a: P8a) => {
  const times = timesOf(params)
  const direct = readDirect(params.direct)
  const tunnels = readTunnels(params)
  mkdirSync(p8a.storage, { recursive: true, mode: 0o700 })
  const own = new Membership({
    p8a,
    lives: times,
    open: async (settings, given) =>
      await Member.open({
        p8a,
        settings,
        times,
        direct,
        tunnels,
        usageMs: times.usageMs,
        path: p8a.name,
        events: bus,
        info,
        ...given,
      }),
  })
  membership = own
  await own.begin()
  const say = () => bus.emit('status', 'up', textOf(own.current))
  say()
  const saying = setInterval(say, sayMs)
  const rest = new Rest()
  const resting = setInterval(() => rest.look(), restMs)
  return async () => {
    clearInterval(saying)
    clearInterval(resting)
    await own.end()
  }
}
export default main

/** How often its own text is said anew. */
const sayMs = 1000
/** How long there has to be little to do before memory is given back. */
const restMs = 3000
