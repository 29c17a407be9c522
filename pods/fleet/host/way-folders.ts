// Where the sockets of ways are: in the storage of the fleet pod, and where their paths would be too long for the kernel there, in a folder of its own
// among the system's temporary files. Each has the same path every time: a gateway goes on with what it was told while a fleet pod begins anew.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The kernel keeps a socket's path in 108 bytes, of which the last is a zero. */
const mostPathBytes = 107
/** In a short folder, a link to the folder that it stands in for; no pod can have that name. */
const linkName = '.for'
const shortName = /^p8a-[0-9a-f]{16}$/

export class WayFolders {
  #folder: string
  #short: string
  #isShortMade = false

  /** @param folder for the sockets, and nothing else: what an earlier process has left there leads nowhere, and goes */
  constructor(folder: string) {
    this.#folder = folder
    this.#short = shortOf(folder)
    removeWays(folder)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** @returns the path of a pod's socket. @throws {Error} if it would be too long wherever it is, or the other folder cannot be this process's own */
  pathFor(pod: string): string {
    const path = join(this.#folder, pod)
    if (fits(path)) return path
    const short = join(this.#short, pod)
    if (!fits(short)) throw new Error(`the path of its socket is longer than ${mostPathBytes} bytes: ${short}`)
    if (this.#isShortMade) return short
    // Not one that somebody else has made: everybody may write there.
    mkdirSync(this.#short, { mode: 0o700 })
    symlinkSync(this.#folder, join(this.#short, linkName))
    this.#isShortMade = true
    return short
  }

  close(): void {
    if (this.#isShortMade) rmSync(this.#short, { recursive: true, force: true })
  }
}

/** Removes what a process that was killed has left of the sockets in `folder`, wherever they were. */
export function removeWays(folder: string): void {
  removeOwn(shortOf(folder))
  rmSync(folder, { recursive: true, force: true })
}

/** Removes the short folders of fleet pods that were killed, and whose storage is gone since: nobody else does. */
export async function sweepWays(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!shortName.test(name)) continue
    const short = join(tmpdir(), name)
    const folder = folderOf(short)
    if (folder === undefined || shortOf(folder) !== short || !(await isGone(dirname(folder)))) continue
    if (!(await isServed(short))) removeOwn(short)
  }
}

const shortOf = (folder: string): string =>
  join(tmpdir(), `p8a-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`)

/** The folder that a short one stands in for; undefined where it does not say so. */
function folderOf(short: string): string | undefined {
  try {
    return readlinkSync(join(short, linkName))
  } catch {
    return undefined
  }
}

/** Only what is known not to be there: a disk that does not answer may be back later. */
async function isGone(folder: string): Promise<boolean> {
  return await access(folder).then(
    () => false,
    ({ code }) => code === 'ENOENT',
  )
}

/** Whether somebody listens there: one in another container has a storage that is not seen here, and the same temporary files. */
async function isServed(short: string): Promise<boolean> {
  const sockets = (await readdir(short).catch(() => [])).filter(name => name !== linkName)
  const served = await Promise.all(sockets.map(async name => await isListening(join(short, name))))
  return served.includes(true)
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return !['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(code)
  } finally {
    socket.destroy()
  }
}

function removeOwn(short: string): void {
  const is = lstatSync(short, { throwIfNoEntry: false })
  if (is?.isDirectory() && is.uid === process.getuid?.()) rmSync(short, { recursive: true, force: true })
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= mostPathBytes
