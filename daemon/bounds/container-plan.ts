// The command lines of podman and docker: pure, from what a container may see. A run in a container is the client of the engine, which
// stays in the foreground: it hands on signals, and ends with the code of what is within.
import { createHash } from 'node:crypto'
import type { Isolate } from '../../protocol/isolate.ts'
import { linkEnv } from '../../protocol/link.ts'
import type { View } from './isolation.ts'

export type EngineName = 'podman' | 'docker'

/**
 * An engine that can be used. `init`: what it needs to be told of the process that is the first one within. `ownInit`: that process, where the
 * engine's own cannot be had: docker lays it into `/sbin`, which is that of the machine in a container without an image.
 */
export type Engine = { name: EngineName; version: string; init: readonly string[]; ownInit?: readonly string[] }

/** An image with nothing in it: what a container sees of the machine is laid over it. */
export const emptyImage = 'localhost/p8a-empty:1'

/** Of the machine a container without an image of its own sees these, and may write in none of them. */
export const systemFolders = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/opt',
  '/nix',
  '/gnu',
] as const

/** By these labels the containers of a host are found, and those of a run. */
export const labels = { data: 'p8a.data', run: 'p8a.run' } as const

/** What the process of the client gets, and what becomes of it within. */
export type Contained = {
  engine: Engine
  isolate: Isolate
  view: View
  /** Which of {@link systemFolders} there are. */
  there: readonly string[]
  /** Path and id of the run. */
  key: string
  /** Whether it is a process of Node that the host begins. */
  isNode: boolean
  /** How many sockets it is born with, from descriptor 3 on. */
  sockets: number
  /** Whether its stdin stays open. */
  hasStdin: boolean
  /** Of a process of the host: what podman would set by itself may be more than the host has. */
  limits: { files: string | undefined; processes: number | undefined }
  /** The user of the host. */
  ids: { uid: number; gid: number }
}

/** The same for every host that has that data directory. */
export function containerName({ data, key }: { data: string; key: string }): string {
  const mark = createHash('sha256').update(`${data}\0${key}`).digest('hex').slice(0, 10)
  return `p8a-${key.replace(/[^a-zA-Z0-9_.-]/g, '-').slice(0, 100)}-${mark}`
}

/**
 * What stands before a command line, so that it is run in a container.
 * @param names of the variables that it gets from those of the client: so no value stands in a list of processes
 */
export function containerPrefix(of: Contained, names: readonly string[]): [string, ...string[]] {
  const line = [of.engine.name, ...runArguments(of, names)]
  // Within, a process has another number than the host knows: that of the client.
  return ['/bin/sh', '-c', `${linkEnv.pid}=$$ exec "$0" "$@"`, ...line] as [string, ...string[]]
}

/** The words after the name of the engine, up to the command that is run within. */
export function runArguments(of: Contained, names: readonly string[]): string[] {
  const { isolate, view, there, engine, key } = of
  const { network = true, read = [], write = [], image = emptyImage } = isolate
  const system = isolate.image === undefined ? there : []
  const ownInit = isolate.image === undefined ? engine.ownInit : undefined
  const shown = [...system, ...view.read, ...read]
  const isHidden = system.some(folder => isWithin(folder, view.data))
  return [
    ...['run', '--rm', '--name', containerName({ data: view.data, key })],
    ...['--label', `${labels.data}=${view.data}`, '--label', `${labels.run}=${key}`],
    ...['--pull', 'never', '--network', network ? 'host' : 'none', ...(ownInit ? [] : engine.init)],
    ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges', '--security-opt', 'label=disable'],
    ...ofEngine[engine.name](of),
    // Where the data directory lies in a folder of the system, nothing of it is seen but what is named.
    ...(isHidden ? ['--tmpfs', view.data] : []),
    ...byDepth(shown).flatMap(path => ['--mount', mount(path, 'ro')]),
    ...byDepth([...view.write, ...write]).flatMap(path => ['--mount', mount(path)]),
    ...['--workdir', view.cwd],
    ...(of.hasStdin ? ['--interactive'] : []),
    ...[...names, linkEnv.pid].flatMap(name => ['--env', name]),
    image,
    ...(ownInit ?? []),
  ]
}

/** What only one of them knows. */
const ofEngine: Record<EngineName, (of: Contained) => string[]> = {
  podman: ({ isNode, sockets, limits: { files, processes } }) => [
    // Its limits are those that the host holds, and its output goes where that of any run goes.
    ...['--cgroups', 'disabled', '--log-driver', 'passthrough', '--sdnotify', 'ignore'],
    // Without root, that is the user of the host.
    ...['--user', '0:0'],
    ...(files === undefined ? [] : ['--ulimit', `nofile=${files}`]),
    ...(processes === undefined ? [] : ['--ulimit', `nproc=${processes}:${processes}`]),
    // LISTEN_FDS tells podman of those that others get.
    ...(isNode && sockets > 0 ? ['--preserve-fds', String(sockets)] : []),
  ],
  docker: ({ ids: { uid, gid }, limits: { files } }) => [
    ...['--log-driver', 'none', '--user', `${uid}:${gid}`],
    ...(files === undefined ? [] : ['--ulimit', `nofile=${files}`]),
  ],
}

/** Ends a container, if it is there still, and takes it away. */
export function removeArguments(engine: EngineName, name: string): string[] {
  return engine === 'podman' ? ['rm', '--force', '--ignore', '--time', '0', name] : ['rm', '--force', name]
}

/** Says the number of its first process as the machine knows it; 0 where there is none. */
export function pidArguments(name: string): string[] {
  return ['container', 'inspect', '--format', '{{.State.Pid}}', name]
}

/** Says the names of all containers of a host, and of which run each is. */
export function listArguments(data: string): string[] {
  return ['ps', '--all', '--filter', `label=${labels.data}=${data}`, '--format', '{{.ID}} {{.Names}}']
}

export function hasImageArguments(image: string): string[] {
  return ['image', 'inspect', '--format', '{{.Id}}', image]
}

/** Makes {@link emptyImage} of an archive that comes by stdin. */
export function importArguments(): string[] {
  return ['import', '-', emptyImage]
}

/** An archive with nothing in it. */
export const emptyArchive = '\0'.repeat(1024)

/** One field of a list that is separated by commas, as both engines read it. */
function mount(path: string, how?: 'ro'): string {
  const field = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return ['type=bind', field(`source=${path}`), field(`target=${path}`), ...(how ? ['readonly'] : [])].join(',')
}

/** A folder comes before what lies in it. */
function byDepth(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort((one, other) => one.split('/').length - other.split('/').length)
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
