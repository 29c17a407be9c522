// Who may use a Unix socket: its mode, its owner and its group. Node knows users and groups by their numbers alone.
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs'
import type { SocketAccess } from '../../protocol/listen.ts'

/** @throws {Error} an error of the system, or that there is no such user or group */
export function giveAccess(path: string, { mode, owner, group }: SocketAccess): void {
  if (owner !== undefined || group !== undefined) {
    const { uid, gid } = statSync(path)
    chownSync(
      path,
      owner === undefined ? uid : numberOf(owner, '/etc/passwd', 'user'),
      group === undefined ? gid : numberOf(group, '/etc/group', 'group'),
    )
  }
  // Last, since a change of the owner may take bits of the mode away.
  if (mode !== undefined) chmodSync(path, mode)
}

/** Both files have lines of `name:x:number:…`. */
function numberOf(name: string, file: string, what: string): number {
  if (/^\d+$/.test(name)) return Number(name)
  const lines = readFileSync(file, 'utf8').split('\n')
  const [, , number] = lines.map(line => line.split(':')).find(([found]) => found === name) ?? []
  if (number === undefined) throw new Error(`there is no ${what} ${JSON.stringify(name)} in ${file}`)
  return Number(number)
}
