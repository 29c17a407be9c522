// The command line of a process that is kept apart: pure, from what it may see. Bubblewrap gives it mounts and processes of its own,
// Node's permission model asks before each file.
import { dirname } from 'node:path'
import type { Isolate } from '../../protocol/isolate.ts'
import { linkEnv } from '../../protocol/link.ts'

/** What a process may see. `data`: the folder of the host, of which it sees nothing but what is named. */
export type View = {
  data: string
  cwd: string
  read: readonly string[]
  write: readonly string[]
}

/** Whether whoever is kept apart so sees mounts of its own. */
export function hasOwnMounts(isolate: Isolate | undefined): boolean {
  return isolate?.by === 'sandbox' || isolate?.by === 'container'
}

/** Homes, and what is of others for the moment: of these it sees nothing but what is named. */
export const hiddenFolders = ['/home', '/root', '/tmp', '/var/tmp', '/run', '/mnt', '/media', '/srv'] as const

/**
 * What stands before a command line, so that its process begins in a sandbox.
 * @param options.there which of {@link hiddenFolders} there are
 * @param options.isForUser whether it may still become another user, and then no more
 */
export function sandboxPrefix(
  { network = true, read = [], write = [] }: Isolate,
  view: View,
  { there = hiddenFolders, isForUser = false }: { there?: readonly string[]; isForUser?: boolean } = {},
): [string, ...string[]] {
  const hidden = [...new Set([...there, view.data])]
  const shown = [...view.read, ...read, ...view.write, ...write]
  const args = [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...hidden.flatMap(folder => ['--tmpfs', folder]),
    // Those above what others may not enter would be closed to others too.
    ...(isForUser ? byDepth(shown.map(path => dirname(path))).flatMap(folder => ['--dir', folder]) : []),
    // Names are looked up by what lies there.
    ...['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'],
    ...byDepth([...view.read, ...read]).flatMap(path => ['--ro-bind', path, path]),
    ...byDepth([...view.write, ...write]).flatMap(path => ['--bind', path, path]),
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--cap-drop', 'ALL'],
    ...(isForUser ? ['--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'] : []),
    ...(network ? [] : ['--unshare-net']),
    // Without the rights of root only its user may enter a folder of that user.
    ...['--chdir', isForUser ? '/' : view.cwd, '--'],
  ]
  // Within, a process has another number than the host knows: that of the process outside.
  return ['/bin/sh', '-c', `${linkEnv.pid}=$$ exec "$0" "$@"`, 'bwrap', ...args]
}

/** What stands before the rest once it is another user in a sandbox. */
export function enter(cwd: string): string[] {
  return ['/bin/sh', '-c', 'cd -- "$0" && exec "$@"', cwd]
}

/** A folder comes before what lies in it. */
function byDepth(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort((one, other) => one.split('/').length - other.split('/').length)
}

/**
 * The flags of Node by which it asks before each file. A link to the host is a connection, so that the network cannot be denied.
 * @param known whether this Node has a flag
 */
export function permissionFlags(
  { read = [], write = [] }: Isolate,
  view: View,
  known: (flag: string) => boolean,
): string[] {
  const mayWrite = [...view.write, ...write]
  return [
    '--permission',
    ...[...view.read, ...read, ...mayWrite].map(path => `--allow-fs-read=${path}`),
    ...mayWrite.map(path => `--allow-fs-write=${path}`),
    ...(known('--allow-net') ? ['--allow-net', '--disable-warning=ExperimentalWarning'] : []),
  ]
}

/** The folders of a program of p8a that must be seen: it, and the Node that runs it. */
export function programFolders({ node, file }: { node: string; file: string }): string[] {
  return [dirname(node), dirname(file)]
}
