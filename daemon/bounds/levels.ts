// Which levels of isolation this machine has. What it does not have is refused at a start, and never left out in silence.
import { existsSync } from 'node:fs'
import type { PodConfig } from '../../protocol/config.ts'
import { monotonicMs } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Hint } from '../../protocol/hint.ts'
import type { Isolate, Level, LevelInfo } from '../../protocol/isolate.ts'
import { quote } from '../../protocol/names.ts'
import { runProgram } from '../system/run-program.ts'
import { hiddenFolders } from './isolation.ts'

/** The time for a look at the machine. */
const lookMs = 10_000
/** A look that found nothing is made again after that: somebody may have installed it. */
const againMs = 5000

/** `isOpen`: the machine has no room for a look now, so that it may be there. */
type Look = { has: boolean; how: string; isOpen?: true }

let found: { at: number; levels: Promise<(LevelInfo & Look)[]> } | undefined

/** What this machine has of each level. */
export async function levelsHere(): Promise<LevelInfo[]> {
  const levels = [...(await lookHere()), await containerHere()]
  return levels.map(({ level, has, how }) => ({ level, has, how }))
}

/** An engine is tried only for those who ask for one: that takes its time. */
async function containerHere(): Promise<LevelInfo & Look> {
  const engine = await import('./engine.ts')
    .then(({ engineHere }) => engineHere())
    .catch((error: Error) => ({ why: `an engine cannot be looked for now: ${error.message}`, isOpen: true as const }))
  if ('name' in engine) return { level: 'container', has: true, how: `${engine.name} ${engine.version}` }
  const { why, isOpen } = engine
  return { level: 'container', has: false, how: why, ...(isOpen && { isOpen }) }
}

async function lookHere(): Promise<(LevelInfo & Look)[]> {
  if (!found || monotonicMs() - found.at > againMs) found = { at: monotonicMs(), levels: look() }
  const levels = await found.levels
  // What is there stays there.
  if (levels.every(({ has }) => has)) found.at = Number.POSITIVE_INFINITY
  if (levels.some(({ isOpen }) => isOpen)) found = undefined
  return levels
}

/** Those of the folders to hide that there are. */
export function foldersToHide(): string[] {
  return hiddenFolders.filter(folder => existsSync(folder))
}

async function look(): Promise<(LevelInfo & Look)[]> {
  const sandbox = await lookForBubblewrap()
  const hasPermission = process.allowedNodeEnvironmentFlags.has('--permission')
  return [
    { level: 'process', has: true, how: 'each run is a process of the user of the host' },
    {
      level: 'permission',
      has: hasPermission,
      how: hasPermission
        ? `the permission model of Node ${process.version}`
        : `Node ${process.version} has no permission model`,
    },
    { level: 'sandbox', ...sandbox },
  ]
}

async function lookForBubblewrap(): Promise<Look> {
  if (process.platform !== 'linux') return { has: false, how: 'bubblewrap is for Linux alone' }
  try {
    const version = await run('bwrap', '--version')
    if (version.code !== 0) return { has: false, how: 'bubblewrap is not installed: apt-get install bubblewrap' }
    const how = version.output.trim()
    const trial = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', 'true'] as const
    if ((await run('bwrap', ...trial)).code === 0) return { has: true, how }
    return {
      has: false,
      how: `${how} may make no namespaces for this user: see kernel.unprivileged_userns_clone and AppArmor`,
    }
  } catch (error) {
    return { has: false, how: `bubblewrap cannot be tried now: ${(error as Error).message}`, isOpen: true }
  }
}

/** @throws where the system has no room for a process. A program that is not there, or not for this user, has the code 127 */
async function run(...command: [string, ...string[]]): Promise<{ code: number | null; output: string }> {
  return await runProgram(command, { input: [], timeoutMs: lookMs }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error
    return { code: 127, output: '' }
  })
}

/** What is to be isolated. `isNode`: whether its process is one of Node that the host begins. */
export type ToIsolate = {
  name: string
  isolate: PodConfig['isolate']
  isNode: boolean
  user?: string | undefined
  /** Whether the host opens sockets for it. */
  listens?: boolean
  stopTo?: PodConfig['stopTo']
}

/** @throws {P8aError} `unsupported` naming what this machine, or this pod, cannot have */
export async function refuseUnisolated({ name, isolate, isNode, ...of }: ToIsolate): Promise<void> {
  if (!isolate || isolate.by === 'process') return refuseIdle(name, isolate)
  const { by, network } = isolate
  if (by !== 'container' && isolate.image !== undefined)
    throw refused(name, by, 'only a container begins in an image of an engine', 'Use "container" for image')
  if (by === 'container' && of.user !== undefined)
    throw refused(name, by, 'it goes with no user of its own', 'Use "sandbox" with user, or leave user out')
  if (by === 'sandbox' && of.stopTo === 'main')
    throw refused(name, by, 'its first process is the sandbox, which would end at once', 'Leave stopTo out')
  if (by === 'permission' && !isNode)
    throw refused(
      name,
      by,
      'its process is not one of Node that the host begins',
      'Use "sandbox", which holds any program',
    )
  if (by === 'permission' && network === false)
    throw refused(name, by, "Node's permission model cannot deny it the network", 'Use "sandbox" for network: false')
  const level = by === 'container' ? await containerHere() : (await lookHere()).find(one => one.level === by)
  if (by === 'container' && level?.has) await refuseUncontained({ name, isolate, ...of })
  // Where it turns out not to be there, the run cannot be begun, and says so.
  if (level?.has || level?.isOpen) return
  throw refused(name, by, level?.how ?? 'this host does not know it', {
    text: 'What this machine has is shown there by',
    do: { verb: 'host doctor' },
  })
}

/** What the engine that is here cannot do, or does not have. @throws {P8aError} `unsupported` */
async function refuseUncontained({ name, isolate, listens }: Omit<ToIsolate, 'isNode'>): Promise<void> {
  const { engineHere, hasImage } = await import('./engine.ts')
  const engine = await engineHere()
  const image = isolate?.image
  if (!('name' in engine)) return
  if (engine.name === 'docker' && listens)
    throw refused(
      name,
      'container',
      'docker hands no sockets to a container, as listen needs',
      'Install podman; or leave listen out and let the pod open its port itself',
    )
  if (image !== undefined && !(await hasImage(engine.name, image)))
    throw refused(
      name,
      'container',
      `${engine.name} has no image ${quote(image)}, and a start does not fetch it`,
      `${engine.name} pull ${image}`,
    )
}

/** Options that nothing would hold. */
function refuseIdle(name: string, isolate: Isolate | undefined): void {
  if (!isolate || Object.keys(isolate).length === 1) return
  throw refused(name, 'process', 'network, read, write and image need a level that holds them', 'Use "sandbox"')
}

function refused(name: string, level: Level, why: string, hint: Hint): P8aError {
  return new P8aError('unsupported', `Cannot start pod ${quote(name)} with isolate ${quote(level)}: ${why}`, {
    hint,
    facts: { pod: name, isolate: level },
  })
}
