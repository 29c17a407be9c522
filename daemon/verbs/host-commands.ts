// The commands of a host that no pod answers for: those that its pods bring.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { ShimPeer } from '../system/shims.ts'
import { runsBehind } from '../tree/callees.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'

/** How long a run may take to name its commands. */
export const namesMs = 5000

/** As short as a person who mistyped a word will wait: a pod that is busy for longer has no commands then. */
const namesOfAllMs = 1000

/** How many runs of a pod are asked, one after the other: one may end just now. */
const mostAsked = 2

/** The pods that have a command, by its name. Of each pod, a run that is up and stays is asked. */
export async function commandsOfPods(pods: Pods): Promise<Map<string, string[]>> {
  const asked = pods.all().flatMap(({ supervisor }) => {
    const { name } = supervisor
    const peers = runsBehind(supervisor, name).flatMap(live => live.peer ?? [])
    return peers.length > 0 ? [namesOf(name, peers.slice(0, mostAsked))] : []
  })
  const owners = new Map<string, string[]>()
  for (const { pod, commands } of await Promise.all(asked)) {
    for (const command of commands) owners.set(command, [...(owners.get(command) ?? []), pod])
  }
  return owners
}

async function namesOf(pod: string, peers: readonly ShimPeer[]): Promise<{ pod: string; commands: string[] }> {
  for (const peer of peers) {
    try {
      return { pod, commands: await peer.request('commands', {}, { timeoutMs: namesOfAllMs }) }
    } catch {
      // It has ended, or is busy: another run of the pod may answer.
    }
  }
  // What no run says in time is not there.
  return { pod, commands: [] }
}

/**
 * The pod that brings `command` to its host.
 * @throws {P8aError} `function_not_found` if none or more than one does
 */
export async function bringerOf({ pods, path }: Place, command: string): Promise<string> {
  const owners = (await commandsOfPods(pods)).get(command) ?? []
  const [first, second] = owners
  const host = path === '' ? 'This host' : `The host at ${quote(path)}`
  if (first === undefined) {
    throw new P8aError('function_not_found', `${host} has no command ${quote(command)}`, {
      hint: 'No pod that is up brings it',
      facts: { path, command },
    })
  }
  if (second === undefined) return first
  throw new P8aError('function_not_found', `${host} has ${owners.length} pods with a command ${quote(command)}`, {
    hint: [
      { text: `Of ${owners.join(' and ')}, name the one that is meant` },
      { text: 'its shell', do: { verb: 'shell', args: [first] } },
    ],
    facts: { path, command, pods: owners },
  })
}
