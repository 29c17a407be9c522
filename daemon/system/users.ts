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
  return await foundIn('passwd', text => userIn(text, asked), asked)
}

/** The number of a group; undefined if there is no group of that name. */
export async function findGroup(name: string): Promise<number | undefined> {
  return await foundIn('group', text => groupIn(text, name), name)
}

/** In a file of this machine, or else in a directory such as LDAP. */
async function foundIn<T>(table: 'passwd' | 'group', find: (text: string) => T, asked: string): Promise<T | undefined> {
  const local = find(await readFile(`/etc/${table}`, 'utf8').catch(() => ''))
  if (local !== undefined) return local
  const found = await runProgram(['getent', table, asked], { input: [], timeoutMs: 5000 }).catch(() => undefined)
  return found?.code === 0 ? find(found.output) : undefined
}

/** @param text lines of `name:x:uid:gid:gecos:home:shell` */
export function userIn(text: string, asked: string): User | undefined {
  const users = text.split('\n').flatMap(line => {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':')
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid), home, shell }] : []
  })
  return users.find(({ name }) => name === asked) ?? users.find(({ uid }) => String(uid) === asked)
}

/** @param text lines of `name:x:gid:members` */
export function groupIn(text: string, name: string): number | undefined {
  const lines = text.split('\n').map(line => line.split(':'))
  const gid = lines.find(([found]) => found === name)?.[2]
  return gid !== undefined && /^\d+$/.test(gid) ? Number(gid) : undefined
}

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

/** Where a program of the system is: first where systems have it, then in the PATH of the host, then in `others`. */
export async function systemProgram(name: string, others: readonly string[] = []): Promise<string | undefined> {
  for (const folder of [...folders, ...ownPath().split(delimiter), ...others]) {
    const file = join(folder, name)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (folder !== '' && isThere) return file
  }
  return undefined
}
