// Which engine of containers this machine has: podman first, then docker. One counts only if it has just run a container.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { runProgram } from '../system/run-program.ts'
import { systemProgram } from '../system/users.ts'
import {
  type Contained,
  type Engine,
  type EngineName,
  emptyArchive,
  emptyImage,
  hasImageArguments,
  importArguments,
  runArguments,
  systemFolders,
} from './container-plan.ts'
import { noteEngine } from './engine-now.ts'

/** How long an engine may take to answer: where it begins for the first time, it prepares its store. */
const answerMs = 30_000
/** A look that found nothing is made again after that: somebody may have installed it. */
const againMs = 5000
/** More than a container may be promised: podman itself holds no more. */
const mostProcesses = 32_768

/** `isOpen`: the machine has no room for a look now, so that it may be there. */
export type NoEngine = { why: string; isOpen?: true }
export type EngineAnswer = { code: number | null; output: string }

/** `againAtMs`: when it may be made again; a look that is under way is the only one, since its container has one name. */
let found: { againAtMs: number; engine: Promise<Engine | NoEngine> } | undefined

/** The engine that containers are begun by. It stays the same once it was found. */
export async function engineHere(): Promise<Engine | NoEngine> {
  if (!found || performance.now() > found.againAtMs) found = { againAtMs: Number.POSITIVE_INFINITY, engine: look() }
  const looked = found
  const engine = await looked.engine
  const isAgain = !('name' in engine) && looked.againAtMs === Number.POSITIVE_INFINITY
  if (isAgain) looked.againAtMs = performance.now() + (engine.isOpen ? 0 : againMs)
  if ('name' in engine) noteEngine(`${engine.name} ${engine.version}`)
  return engine
}

/** Runs an engine to its end. Its output and its errors are one text. @throws where the system has no room for a process */
export async function askEngine(name: EngineName, args: readonly string[], input = ''): Promise<EngineAnswer> {
  const command = ['/bin/sh', '-c', 'exec "$0" "$@" 2>&1', name, ...args] as const
  const { code, output } = await runProgram(command, { input: input === '' ? [] : [input], timeoutMs: answerMs })
  return { code, output: output.trim() }
}

/** Whether an engine has an image. That with nothing in it is made where it is not there. */
export async function hasImage(name: EngineName, image: string = emptyImage): Promise<boolean> {
  if ((await askEngine(name, hasImageArguments(image))).code === 0) return true
  return image === emptyImage && (await askEngine(name, importArguments(), emptyArchive)).code === 0
}

/** What a process of this host is held to, for those that begin in a container. */
export async function ownLimits(): Promise<Contained['limits']> {
  const text = await readFile('/proc/self/limits', 'latin1').catch(() => '')
  const [, , hard] = /^Max open files +(\d+) +(\d+)/m.exec(text) ?? []
  const [, processes = 'unlimited'] = /^Max processes +(\S+)/m.exec(text) ?? []
  const most = processes === 'unlimited' ? mostProcesses : Math.min(mostProcesses, Number(processes))
  return { files: hard === undefined ? undefined : `${hard}:${hard}`, processes: text === '' ? undefined : most }
}

/** Those of the folders of the system that there are. */
export function systemFoldersHere(): string[] {
  return systemFolders.filter(folder => existsSync(folder))
}

/** The user of this host, as containers have it. */
export function ownIds(): Contained['ids'] {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
}

async function look(): Promise<Engine | NoEngine> {
  try {
    const reasons: string[] = []
    for (const name of ['podman', 'docker'] as const) {
      const found = await lookFor(name)
      if ('name' in found) return found
      if (found.why !== '') reasons.push(found.why)
    }
    return {
      why:
        reasons.length > 0 ? reasons.join('; ') : 'neither podman nor docker is installed: apt-get install podman tini',
    }
  } catch (error) {
    return { why: `an engine cannot be tried now: ${(error as Error).message}`, isOpen: true }
  }
}

/** `why` is empty where it is not installed. @throws where the system has no room for a process */
async function lookFor(name: EngineName): Promise<Engine | NoEngine> {
  const told = await askEngine(name, ['--version'])
  if (told.code === 127) return { why: '' }
  const version = /\d+(\.\d+)+/.exec(told.output)?.[0]
  if (told.code !== 0 || version === undefined) return { why: `${name} does not start: ${lastLine(told.output)}` }
  if (name === 'podman' && Number.parseInt(version, 10) < 4)
    return { why: `podman ${version} is older than 4.0, the first one that can be used` }
  const engine: Engine = { name, version, ...(await initFor(name)) }
  if (!(await hasImage(name))) {
    const { output } = await askEngine(name, importArguments(), emptyArchive)
    return { why: `${name} ${version} cannot be used by this user: ${lastLine(output)}` }
  }
  const trial = await askEngine(name, [...runArguments(await trialOf(engine), []), '/bin/sh', '-c', ':'])
  if (trial.code === 0) return engine
  const hint = /init/.test(trial.output) ? ' (apt-get install tini)' : ''
  return { why: `${name} ${version} begins no container here: ${lastLine(trial.output)}${hint}` }
}

/** The first process in a container, which hands on signals and waits for what others leave. */
async function initFor(name: EngineName): Promise<Pick<Engine, 'init' | 'ownInit'>> {
  const tini = await systemProgram('tini')
  if (name === 'podman') return { init: tini === undefined ? ['--init'] : ['--init', '--init-path', tini] }
  const found = tini ?? (await systemProgram('docker-init', ['/usr/libexec/docker']))
  return { init: ['--init'], ...(found === undefined ? {} : { ownInit: [found, '--'] }) }
}

async function trialOf(engine: Engine): Promise<Contained> {
  return {
    engine,
    isolate: { by: 'container' },
    view: { data: '/p8a', cwd: '/', read: [], write: [] },
    there: systemFoldersHere(),
    key: `trial-${process.pid}`,
    ...{ isNode: false, sockets: 0, hasStdin: false },
    limits: await ownLimits(),
    ids: ownIds(),
  }
}

/** What an engine says last is the reason, but for docker's words about its help. */
function lastLine(output: string): string {
  const lines = output.split('\n').filter(line => line.trim() !== '' && !/^(Run|See) 'docker .*--help'/.test(line))
  return lines.at(-1)?.slice(0, 300) ?? ''
}
