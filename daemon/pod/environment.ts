// What a run's process is started with: its command line and its environment. The one place that makes either.
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { type Assignment, linkEnv } from '../../protocol/link.ts'
import { runId } from '../../protocol/names.ts'
import type { Context } from '../context.ts'
import { type Image, mainFile } from '../image/store.ts'
import { runPaths } from '../paths.ts'
import type { Spawned } from '../process.ts'
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

/** Spawns the process of a run: a shim, which will say hello and be told what to become. */
export async function spawnRun(
  context: Context,
  { name, live, config }: { name: string; live: LiveRun; config: PodConfig },
): Promise<Spawned> {
  const pod = context.paths.pod(name)
  await mkdir(pod.logs, { recursive: true, mode: 0o700 })
  await mkdir(pod.storage, { recursive: true, mode: 0o700 })
  return await context.processes.spawn({
    command: runCommand(context, config),
    env: runEnvironment(context, live, config),
    cwd: pod.storage,
    ...runPaths(pod, live.ref.number).raw,
  })
}

/** The environment of a run's process. */
function runEnvironment(context: Context, live: LiveRun, config: PodConfig): Record<string, string> {
  const base = Object.entries(process.env).filter(([name]) => inherited.includes(name) || name.startsWith('LC_'))
  return {
    ...Object.fromEntries(base.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    ...config.env,
    [linkEnv.socket]: context.paths.linkSocket,
    [linkEnv.ticket]: live.ticket,
  }
}

/** The command line of a run's process. */
function runCommand(context: Context, config: PodConfig): readonly [string, ...string[]] {
  return [context.shim.node, ...(config.nodeFlags ?? []), context.shim.file]
}

/** What a shim is told to become. */
export function assignmentOf(
  context: Context,
  run: { name: string; live: LiveRun; image: Image; config: PodConfig; params: Record<string, string> },
): Assignment {
  const pod = context.paths.pod(run.name)
  const files = runPaths(pod, run.live.ref.number)
  return {
    run: runId(run.name, run.live.ref.number),
    name: run.name,
    slot: run.live.slot,
    path: '',
    storage: pod.storage,
    cwd: resolve(pod.storage, run.config.cwd ?? '.'),
    params: run.params,
    main: mainFile(context.paths, run.image),
    log: {
      file: files.log,
      maxFileBytes: context.settings.logFileBytes,
      maxTotalBytes: context.settings.logPodBytes,
      raw: files.raw,
    },
    exitFile: files.exit,
  }
}
