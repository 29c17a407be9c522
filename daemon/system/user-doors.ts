// Where runs that have a user of their own reach the host: a socket for each such user, which nobody else but root can open.
import { mkdir, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DataPaths } from './paths.ts'
import { openWay, rootFolder } from './way.ts'

type Doors = Pick<DataPaths, 'doors' | 'linkSocket'>

/** The kernel keeps the path of a socket in 108 bytes, of which the last is a zero; it is made under a name that is no longer. */
export const maxDoorBytes = 107

/** Lets the link be reached at a path, by its owner. */
type Serve = (path: string, uid: number) => Promise<void>

/** The path of the socket of a user; the number is short, since the path of a socket is. */
export function userDoor({ doors }: Doors, uid: number): string {
  return join(doors, `${uid.toString(36)}u.sock`)
}

/** The users whose sockets an earlier host has left. */
async function usersIn({ doors }: Doors): Promise<number[]> {
  const names = await readdir(doors).catch(() => [])
  return names.flatMap(name => {
    const [, digits] = /^([0-9a-z]{1,7})u\.sock$/.exec(basename(name)) ?? []
    return digits === undefined ? [] : [Number.parseInt(digits, 36)]
  })
}

export class UserDoors {
  /** What has come through these doors. */
  #guests = new WeakSet<object>()
  #open = new Map<number, Promise<string>>()
  #serve: { doors: Doors; at: Serve } | undefined

  /** The link is open from now on; runs of an earlier host find their doors again. */
  async begin(paths: Doors, serve: Serve): Promise<void> {
    this.#serve = { doors: paths, at: serve }
    for (const uid of await usersIn(paths)) await this.of(uid)
  }

  /** A connection came through such a door. */
  onGuest(peer: object): void {
    this.#guests.add(peer)
  }

  /** Whether whoever is at the other end may be of another user than the host. */
  isOfUser(peer: object): boolean {
    return this.#guests.has(peer)
  }

  /** The socket of a user, which is opened if it is not open. @throws an error of the system */
  async of(uid: number): Promise<string> {
    const known = this.#open.get(uid)
    if (known) return await known
    const opened = this.#openFor(uid)
    this.#open.set(uid, opened)
    opened.catch(() => this.#open.delete(uid))
    return await opened
  }

  async #openFor(uid: number): Promise<string> {
    if (!this.#serve) throw new Error('The link is not open yet')
    const { doors, at } = this.#serve
    const path = userDoor(doors, uid)
    await mkdir(doors.doors, { recursive: true, mode: 0o700 })
    await openWay(rootFolder(doors), doors.doors)
    await at(path, uid)
    return path
  }
}
