// Which levels of isolation this machine has. What it does not have is refused at a start, and never left out in silence.
import { existsSync } from 'node:fs'
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Isolate, Level, LevelInfo } from '../../protocol/isolate.ts'
import { quote } from '../../protocol/names.ts'
import { runProgram } from '../system/process.ts'
import { hiddenFolders } from './isolation.ts'

/** The time for a look at the machine. */
const lookMs = 10_000
/** A look that found nothing is made again after that: somebody may have installed it. */
const againMs = 5000

let found: { at: number; levels: Promise<LevelInfo[]> } | undefined

/** What this machine has of each level. */
export async function levelsHere(): Promise<LevelInfo[]> {
  if (!found || performance.now() - found.at > againMs) found = { at: performance.now(), levels: look() }
  const levels = await found.levels
  // What is there stays there.
  if (levels.every(({ level, has }) => has || level === 'container')) found.at = Number.POSITIVE_INFINITY
  return levels
}

/** Those of the folders to hide that there are. */
export function foldersToHide(): string[] {
  return hiddenFolders.filter(folder => existsSync(folder))
}

async function look(): Promise<LevelInfo[]> {
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
    { level: 'container', has: false, how: 'this version of p8a starts no containers' },
  ]
}

async function lookForBubblewrap(): Promise<{ has: boolean; how: string }> {
  if (process.platform !== 'linux') return { has: false, how: 'bubblewrap is for Linux alone' }
  const program = ['bwrap', '--version'] as const
  const version = await runProgram(program, { input: [], timeoutMs: lookMs }).catch(() => undefined)
  if (version?.code !== 0) return { has: false, how: 'bubblewrap is not installed: apt-get install bubblewrap' }
  const trial = ['bwrap', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', 'true'] as const
  const { code } = await runProgram(trial, { input: [], timeoutMs: lookMs }).catch(() => ({ code: 1 }))
  if (code === 0) return { has: true, how: version.output.trim() }
  return {
    has: false,
    how: `${version.output.trim()} may make no namespaces for this user: see kernel.unprivileged_userns_clone and AppArmor`,
  }
}

/** What is to be isolated. `isNode`: whether its process is one of Node that the host begins. */
export type ToIsolate = { name: string; isolate: PodConfig['isolate']; isNode: boolean }

/** @throws {P8aError} `unsupported` naming what this machine, or this pod, cannot have */
export async function refuseUnisolated({ name, isolate, isNode }: ToIsolate): Promise<void> {
  if (!isolate || isolate.by === 'process') return refuseIdle(name, isolate)
  const { by, network } = isolate
  if (by === 'permission' && !isNode)
    throw refused(
      name,
      by,
      'its process is not one of Node that the host begins',
      'Use "sandbox", which holds any program',
    )
  if (by === 'permission' && network === false)
    throw refused(name, by, "Node's permission model cannot deny it the network", 'Use "sandbox" for network: false')
  const level = (await levelsHere()).find(one => one.level === by)
  if (level?.has) return
  throw refused(name, by, level?.how ?? 'this host does not know it', 'pod host doctor shows what this machine has')
}

/** Options that nothing would hold. */
function refuseIdle(name: string, isolate: Isolate | undefined): void {
  if (!isolate || Object.keys(isolate).length === 1) return
  throw refused(name, 'process', 'network, read and write need a level that holds them', 'Use "sandbox"')
}

function refused(name: string, level: Level, why: string, hint: string): P8aError {
  return new P8aError('unsupported', `Cannot start pod ${quote(name)} with isolate ${quote(level)}: ${why}`, {
    hint,
    facts: { pod: name, isolate: level },
  })
}
