// The users of this machine, as the system knows them.
import { access, constants, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { ownPath } from './environment.ts'
import { runProgram } from './run-program.ts'

/** A user: number, first group, home and shell. */
export type User = { name: string; uid: number; gid: number; home: string; shell: string }

/** The user that runs this process; undefined where the system has none. */
export function ownUid(): number | undefined {
  return process.getuid?.()
}

/** @param asked a name, or a number @returns undefined if there is no such user */
export async function findUser(asked: string): Promise<User | undefined> {
  const local = userIn(await readFile('/etc/passwd', 'utf8').catch(() => ''), asked)
  if (local) return local
  // Others may be in a directory such as LDAP.
  const found = await runProgram(['getent', 'passwd', asked], { input: [], timeoutMs: 5000 }).catch(() => undefined)
  return found?.code === 0 ? userIn(found.output, asked) : undefined
}

/** @param text lines of `name:x:uid:gid:gecos:home:shell` */
export function userIn(text: string, asked: string): User | undefined {
  const users = text.split('\n').flatMap(line => {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':')
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid), home, shell }] : []
  })
  return users.find(({ name }) => name === asked) ?? users.find(({ uid }) => String(uid) === asked)
}

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

/** Where a program of the system is: first where systems have it, then in the PATH of the host. */
export async function systemProgram(name: string): Promise<string | undefined> {
  for (const folder of [...folders, ...ownPath().split(delimiter)]) {
    const file = join(folder, name)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (folder !== '' && isThere) return file
  }
  return undefined
}
