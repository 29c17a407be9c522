// Who holds the claim on a data directory: asked of the holder and of the kernel, since any user of the machine may
// take the name of an abstract socket and answer anything. Used only after a claim was refused.
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import net from 'node:net'
import { deadline } from '../../protocol/deadline.ts'

/** How long the holder may take to say who it is, and how much it may say. */
const askMs = 1000
const maxAnswerBytes = 1024

export type Holder = { pid: number; since?: string }

/** `stranger`: a process of another user that has taken the name; `holder`: the host, as far as it is known. */
export type Found = { holder?: Holder; stranger?: { pid?: number; uid?: number } }

/** @param name where it listens; an abstract socket begins with NUL */
export async function findHolder(name: string): Promise<Found> {
  const [said, seen] = await Promise.all([askHolder(name), name.startsWith('\0') ? seeHolder(name) : undefined])
  if (!seen) return said ? { holder: said } : {}
  if (seen.pid === undefined || seen.uid !== process.getuid?.()) return { stranger: seen }
  return { holder: said?.pid === seen.pid ? said : { pid: seen.pid } }
}

/** Undefined if the holder has just died, does not answer, or answers something else. */
async function askHolder(name: string): Promise<Holder | undefined> {
  const socket = net.connect(name)
  const late = deadline(() => socket.destroy(), askMs)
  let text = ''
  try {
    for await (const chunk of socket) {
      text += chunk
      if (text.length > maxAnswerBytes) return undefined
    }
    const { pid, since } = JSON.parse(text) as { pid: unknown; since: unknown }
    if (typeof pid !== 'number' || typeof since !== 'string') return undefined
    return { pid, since }
  } catch {
    return undefined
  } finally {
    clearTimeout(late)
    socket.destroy()
  }
}

/**
 * What the kernel knows about the process that listens there; nothing if there is none any more, and no pid if this
 * user may not look into that process.
 */
async function seeHolder(name: string): Promise<{ pid?: number; uid?: number } | undefined> {
  const inodes = await listeningInodes(`@${name.slice(1)}`)
  if (inodes.length === 0) return undefined
  const sockets = new Set(inodes.map(inode => `socket:[${inode}]`))
  const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry))
  for (const pid of pids) {
    if (!(await hasOpen(pid, sockets))) continue
    const owner = await stat(`/proc/${pid}`).catch(() => undefined)
    if (owner) return { pid: Number(pid), uid: owner.uid }
  }
  return {}
}

/** https://man7.org/linux/man-pages/man5/proc_pid_net.5.html: the columns end with state, inode and path; 01 listens. */
async function listeningInodes(path: string): Promise<string[]> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '')
  const rows = table.split('\n').map(line => line.trim().split(/\s+/))
  return rows.flatMap(([, , , , , state, inode, at]) => (at === path && state === '01' && inode ? [inode] : []))
}

/** A process that has ended, or belongs to another user, shows nothing. */
async function hasOpen(pid: string, files: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  for (const fd of await readdir(folder).catch(() => [])) {
    if (files.has(await readlink(`${folder}/${fd}`).catch(() => ''))) return true
  }
  return false
}
