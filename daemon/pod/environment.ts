// What a run's process is started with: its command line and its environment. The one place that makes either.
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { type Assignment, linkEnv } from '../../protocol/link.ts'
import { runId } from '../../protocol/names.ts'
import { type Image, mainFile } from '../image/store.ts'
import { runPaths } from '../system/paths.ts'
import { makeFolder } from '../system/plain-file.ts'
import type { Spawned } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import type { LiveRun } from './live-run.ts'

/** What of the host's own environment a pod gets; nothing else, so that no secret of the host's reaches it. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
]

/**
 * What Node, its libraries and the system's read when a process begins, and not again: a pod that sets one of these
 * cannot have a process that has begun already.
 */
export const readAtBoot =
  /^(NODE_(?!ENV$)|UV_|V8_|LD_|DYLD_|LC_|LANG|MALLOC_|GLIBC_|OPENSSL_|SSL|ICU_|RES_OPTIONS|LOCALDOMAIN|WATCH_REPORT_)/

/** The link's own variables are nobody else's to set. */
const linkNames: string[] = Object.values(linkEnv)

/** What the process of a run is given. */
export type RunProcess = {
  /** Whether one that has begun already will do. */
  mayBeSpare: boolean
  nodeFlags: string[]
  /** Its whole environment, but for the link's. */
  env: Record<string, string>
  cwd: string
  raw: { stdout: string; stderr: string }
}

/** Works out what the process of a run is given, and makes the folders that it needs. */
export async function prepareProcess(
  seams: Seams,
  { name, live, config }: { name: string; live: LiveRun; config: PodConfig },
): Promise<RunProcess> {
  const pod = seams.paths.pod(name)
  await makeFolder(pod.logs)
  await mkdir(pod.storage, { recursive: true, mode: 0o700 })
  const { env = {}, nodeFlags = [] } = config
  return {
    mayBeSpare: nodeFlags.length === 0 && !Object.keys(env).some(name => readAtBoot.test(name)),
    nodeFlags,
    env: withoutLink({ ...baseEnvironment(), ...env }),
    cwd: pod.storage,
    raw: runPaths(pod, live.ref.number).raw,
  }
}

/** Spawns a shim, which will say hello with `ticket` and be told what to become. */
export async function spawnShim(
  { processes, shim, paths }: Pick<Seams, 'processes' | 'shim' | 'paths'>,
  { ticket, nodeFlags, env, cwd, raw }: Omit<RunProcess, 'mayBeSpare'> & { ticket: string },
): Promise<Spawned> {
  return await processes.spawn({
    command: [shim.node, ...nodeFlags, shim.file],
    env: { ...env, [linkEnv.socket]: paths.linkSocket, [linkEnv.ticket]: ticket },
    cwd,
    ...raw,
  })
}

function withoutLink(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !linkNames.includes(name)))
}

/** What every process of ours gets of the host's own environment. */
export function baseEnvironment(): Record<string, string> {
  const base = Object.entries(process.env).filter(([name]) => inherited.includes(name) || name.startsWith('LC_'))
  return Object.fromEntries(base.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** What a shim is told to become. */
export function assignmentOf(
  seams: Seams & { path: string },
  run: { name: string; live: LiveRun; image: Image; config: PodConfig; params: Record<string, string> },
): Assignment {
  const pod = seams.paths.pod(run.name)
  const files = runPaths(pod, run.live.ref.number)
  return {
    run: runId(run.name, run.live.ref.number),
    name: run.name,
    slot: run.live.slot,
    path: seams.path,
    storage: pod.storage,
    cwd: resolve(pod.storage, run.config.cwd ?? '.'),
    params: run.params,
    callTimeoutMs: seams.settings.callTimeout,
    main: mainFile(seams.paths, run.image),
    log: {
      file: files.log,
      maxFileBytes: seams.settings.logFileBytes,
      maxTotalBytes: seams.settings.logPodBytes,
      raw: files.raw,
    },
    exitFile: files.exit,
  }
}
