// A run in a container: what its engine is told. Loaded by those alone who have such a run.
import { P8aError } from '../../protocol/errors.ts'
import { linkEnv } from '../../protocol/link.ts'
import { quote } from '../../protocol/names.ts'
import { baseEnvironment, engineEnvironment } from '../system/environment.ts'
import { splitVariables } from './barrier.ts'
import { type Contained, containerPrefix } from './container-plan.ts'
import { engineHere, hasImage, ownIds, ownLimits, systemFoldersHere } from './engine.ts'
import type { View } from './isolation.ts'

/** A run that is to begin in a container. */
type ToContain = Pick<Contained, 'isolate' | 'key' | 'isNode'> &
  Partial<Pick<Contained, 'sockets' | 'hasStdin'>> & { isForUser?: boolean }

/** @throws {P8aError} `start_failed` */
export async function containedIn(
  view: View,
  { isolate, key, isNode, sockets = 0, hasStdin = false, isForUser }: ToContain,
): Promise<Contained> {
  const engine = await engineHere()
  if (!('name' in engine))
    throw new P8aError('start_failed', `isolate "container" is not to be had here: ${engine.why}`)
  // A pod.json that was edited by hand has not been checked at a start.
  if (isForUser) throw new P8aError('start_failed', 'isolate "container" goes with no user of its own')
  if (sockets > 0 && engine.name === 'docker')
    throw new P8aError('start_failed', 'docker hands no sockets to a container, as listen needs')
  if (!(await hasImage(engine.name, isolate.image)))
    throw new P8aError('start_failed', `there is no image ${quote(isolate.image ?? '')} here`, {
      hint: `${engine.name} pull ${isolate.image}`,
    })
  const limits = await ownLimits()
  return { engine, isolate, view, there: systemFoldersHere(), key, isNode, sockets, hasStdin, limits, ids: ownIds() }
}

/** Those by which a user, or a shell, of this machine works: an image has others. */
const ofMachine = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR']

/** What comes to the variables of the client later: from whoever begins it. */
const later = [linkEnv.socket, linkEnv.ticket, 'LISTEN_FDNAMES', 'NOTIFY_SOCKET']

/** A program takes sockets only if it is told its own number, which is that within. */
const tellPid = ['/bin/sh', '-c', 'export LISTEN_PID=$$; exec "$0" "$@"']

/**
 * What an engine obeys is told to it by this host, and to the run only within, as is what the system's own programs obey.
 * @param env of the run
 */
export function containedBarrier(of: Contained, env: Record<string, string>) {
  const own = of.isolate.image === undefined ? env : withoutMachine(env, baseEnvironment())
  const { early, late } = splitVariables(own, { isForEngine: true })
  return {
    outer: containerPrefix(of, [...Object.keys(early), ...later]),
    inner: [...(of.sockets > 0 && !of.isNode ? tellPid : []), ...(late.length > 0 ? ['/usr/bin/env', ...late] : [])],
    env: { ...early, ...engineEnvironment() },
  }
}

function withoutMachine(env: Record<string, string>, base: Record<string, string>): Record<string, string> {
  const isOfMachine = ([name, value]: [string, string]) => ofMachine.includes(name) && value.endsWith(base[name] ?? '')
  return Object.fromEntries(Object.entries(env).filter(entry => !isOfMachine(entry)))
}
