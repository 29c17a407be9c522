// A run as another user: who that is, and what it gets in the data directory. What cannot be had is refused at a start.
import { existsSync } from 'node:fs'
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { Hint } from '../../protocol/hint.ts'
import { quote } from '../../protocol/names.ts'
import { seedsName } from '../image/seeds.ts'
import { type Image, mainFile } from '../image/store.ts'
import { callSocket } from '../store/call-socket.ts'
import { type DataPaths, type PodPaths, runPaths } from '../system/paths.ts'
import { runProgram } from '../system/run-program.ts'
import type { Seams } from '../system/seams.ts'
import { maxDoorBytes, userDoor } from '../system/user-doors.ts'
import { findUser, ownUid, systemProgram, type User } from '../system/users.ts'
import { giveFile, openWay, rootFolder } from '../system/way.ts'
import { handOver } from './hand-over.ts'

type OfImage = Pick<Image, 'hash' | 'format'> & { at?: string | undefined }

/** How long a look at what a user may do can take. */
const lookMs = 10_000

/** As whom a run begins; undefined for the user of the host. @throws {P8aError} `start_failed` */
export async function userOf(asked: string | undefined): Promise<User | undefined> {
  if (asked === undefined) return undefined
  const user = await findUser(asked)
  if (!user)
    throw new P8aError('start_failed', `there is no user ${quote(asked)} on this machine`, { facts: { user: asked } })
  if (user.uid === ownUid()) return undefined
  if (ownUid() === 0) return user
  throw new P8aError('start_failed', `its user is ${quote(user.name)}, and only a host of root can begin it`, {
    facts: { user: asked },
  })
}

/** What stands before a command line, so that its process is one of that user, in all groups of that user. */
export async function userPrefix({ uid, gid }: User): Promise<string[]> {
  const program = await systemProgram('setpriv')
  if (program === undefined) throw new P8aError('start_failed', 'its user needs setpriv, a program of util-linux')
  return [program, `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--']
}

/** The variables that tell a process who it is, as systemd sets them. A temporary folder of the host is no business of others. */
export function asUser(base: Record<string, string>, user: User | undefined): Record<string, string> {
  if (!user) return base
  const { TMPDIR: _, ...rest } = base
  return { ...rest, HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell }
}

/** Whether a pod may have a user of its own here, for people. */
export async function usersText(): Promise<string> {
  if (ownUid() !== 0) return 'none: only a host of root can begin processes of others'
  return (await systemProgram('setpriv')) ? 'any of this machine' : 'none: that needs setpriv, of util-linux'
}

/** What is to begin as a user. `isNode`: it is one of Node that the host begins. `isBoxed`: it sees mounts of its own. */
export type ToBegin = {
  name: string
  user: string | undefined
  isNode: boolean
  isBoxed: boolean
  /** The user of the host. */
  ownUid?: number | undefined
}

/** @throws {P8aError} `bad_config`, `unsupported`, naming what this machine does not have */
export async function refuseUser(
  { paths, shim }: Pick<Seams, 'paths' | 'shim'>,
  { name, user: asked, isNode, isBoxed, ownUid: own = ownUid() }: ToBegin,
): Promise<void> {
  if (asked === undefined) return
  const refused = (code: 'bad_config' | 'unsupported', why: string, hint: Hint) =>
    new P8aError(code, `Cannot start pod ${quote(name)} as user ${quote(asked)}: ${why}`, {
      hint,
      facts: { pod: name, user: asked, key: 'user' },
    })
  const user = await findUser(asked)
  if (!user)
    throw refused(
      'bad_config',
      'there is no such user on this machine',
      `Make it, as root: useradd --system ${/^\d/.test(asked) ? 'NAME' : asked}; getent passwd lists those that there are`,
    )
  if (user.uid === own) return
  if (own !== 0)
    throw refused('unsupported', 'only a host of root can begin processes of others', {
      text: `Start the host as root; or another one as that user, by sudo -u ${user.name}`,
      do: { verb: 'host start', options: { detach: true, data: 'DIR' } },
    })
  const program = await systemProgram('setpriv')
  if (program === undefined) throw refused('unsupported', 'that needs setpriv, which is not here', 'Install util-linux')
  if (Buffer.byteLength(userDoor(paths, user.uid)) > maxDoorBytes)
    throw refused(
      'unsupported',
      'the path of its socket to the host would be too long for the kernel',
      'Choose a data directory with a shorter path',
    )
  const closed = await closedTo(user, [
    ...(isBoxed ? [] : [dirname(rootFolder(paths))]),
    ...(isNode ? [shim.node, dirname(shim.file)] : []),
  ])
  if (closed === undefined) return
  throw refused(
    'unsupported',
    `that user cannot come to ${closed}`,
    isBoxed || closed !== dirname(rootFolder(paths))
      ? 'Install Node and p8a where all users can read them, such as /usr/local'
      : 'Let others enter the folders above the data directory (chmod o+x), or start the host with another one, such as --data /var/lib/p8a',
  )
}

/** The first of these that a user may not enter or execute. */
async function closedTo(user: User, places: readonly string[]): Promise<string | undefined> {
  const [program = '', ...args] = await userPrefix(user)
  const look = 'for place in "$@"; do test -x "$place" || { echo "$place"; exit 1; }; done'
  const command = [program, ...args, '/bin/sh', '-c', look, 'sh', ...places] as const
  const { code, output } = await runProgram([...command], { input: [], timeoutMs: lookMs })
  return code === 0 ? undefined : output.trim() || 'anything'
}

/** Opens the image of a run, which has its packages, to its user: to be read, by those who know its hash. @throws the system's error */
export async function openImage(paths: DataPaths, image: OfImage): Promise<void> {
  if (image.at !== undefined) return
  const folder = paths.image(image.hash)
  // It is entered once all in it can be read.
  if (((await stat(folder)).mode & 0o011) === 0o011) return await openWay(rootFolder(paths), folder)
  if (image.format === 'folder') {
    const parts = [join(folder, 'tree'), join(folder, seedsName)].filter(part => existsSync(part))
    await run(['chmod', '-R', 'a+rX', ...parts])
  } else {
    const file = mainFile(paths, { hash: image.hash, format: image.format })
    await chmod(file, image.format === 'script' ? 0o755 : 0o644)
    await chmod(`${file}.map`, 0o644).catch(() => {})
  }
  await openWay(rootFolder(paths), folder)
}

/** Gives the storage of a pod to a user, with all that is in it, if it belongs to another one. @throws the system's error */
export async function giveStorage(paths: DataPaths, name: string, user: User | undefined): Promise<void> {
  const { storage } = paths.pod(name)
  const owner = user ?? ownIds()
  if (!owner) return
  if (user) await openWay(rootFolder(paths), dirname(storage))
  if ((await stat(storage)).uid === owner.uid) return
  // Whatever it was opened to is the next one's to say.
  await chmod(storage, 0o700)
  // It follows no link, whatever is put in the place of a file meanwhile.
  await run(['chown', '-RhP', `${owner.uid}:${owner.gid}`, `${storage}/.`])
}

/** Gives the files of a run, and the folders of its log and of its calls, to its user. @throws the system's error */
export async function giveRunFiles(
  paths: DataPaths,
  { name, number, ticket, user }: { name: string; number: number; ticket: string; user: User },
): Promise<void> {
  const root = rootFolder(paths)
  const pod = paths.pod(name)
  const { exit, raw } = runPaths(pod, number)
  for (const folder of [pod.runs, dirname(pod.logs), paths.calls]) await openWay(root, folder)
  await handOver(pod.logs, user)
  for (const file of [exit, raw.stdout, raw.stderr]) await giveFile(file, user)
  const calls = callSocket(paths, ticket)
  await mkdir(calls, { recursive: true, mode: 0o700 })
  await handOver(calls, user)
  // Whoever calls it comes through.
  await chmod(calls, 0o711)
}

/** The host, and its keeper, write here: nobody else may put anything in the place of a file. */
export async function takeLogs({ logs }: Pick<PodPaths, 'logs'>): Promise<void> {
  const ids = ownIds()
  if (ids) await handOver(logs, ids)
}

/** Runs a program of the system that goes through folders. @throws {P8aError} `start_failed` */
async function run([name, ...args]: readonly [string, ...string[]]): Promise<void> {
  const program = (await systemProgram(name)) ?? name
  const { code } = await runProgram([program, ...args], { input: [], timeoutMs: 600_000 })
  if (code !== 0) throw new P8aError('start_failed', `${name} ${args.join(' ')} ended with code ${code}`)
}

/** Only root gives anything away. */
function ownIds(): { uid: number; gid: number } | undefined {
  return ownUid() === 0 ? { uid: 0, gid: process.getgid?.() ?? 0 } : undefined
}
