// Who belongs to a process: the members of its group, what it has started outside of its group, and what these listen
// to. Linux only, by /proc; elsewhere nobody is found.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { isLifeline, lifelineFd } from '../../protocol/lifeline.ts'
import { isBusy } from './room.ts'

const isLinux = process.platform === 'linux'

/**
 * What is read of a process; `absent` where it is gone, or of another user. What cannot be read for want of a descriptor or of memory is
 * there all the same.
 * @throws the system's error where it is short of something
 */
async function unlessAbsent<T>(reading: Promise<T>, absent: T): Promise<T> {
  return await reading.catch(error => {
    if (isBusy(error)) throw error
    return absent
  })
}

/** The pids of the members of a group that are not just remains. @throws as {@link unlessAbsent}, and so does all that follows */
export async function membersOf(group: number): Promise<number[]> {
  if (!isLinux) return []
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const members = await Promise.all(pids.map(async pid => ((await isMember(pid, group)) ? [Number(pid)] : [])))
  return members.flat()
}

/** The pids of what a process has started, and what that has started. `skip`: words of a command line that is not followed. */
export async function descendantsOf(pid: number, skip?: string): Promise<number[]> {
  if (!isLinux) return []
  const children = await childrenOf(pid)
  const found = await Promise.all(
    children.map(async child =>
      skip !== undefined && (await commandOf(child)).includes(skip)
        ? []
        : [child, ...(await descendantsOf(child, skip))],
    ),
  )
  return found.flat()
}

/**
 * Whether a process, or what it has started, listens to a TCP port.
 * @param port this one; without it, any
 */
export async function listens(pid: number, port?: number): Promise<boolean> {
  const sockets = await listeners(port)
  if (sockets.size === 0) return false
  for (const each of [pid, ...(await descendantsOf(pid))]) if (await hasOneOf(each, sockets)) return true
  return false
}

/**
 * What the system calls the pipe that a process holds as its lifeline. A program may have closed that and opened something else there, of
 * which others may have the same.
 */
export async function lifelineOf(pid: number): Promise<string | undefined> {
  const found = await unlessAbsent(readlink(`/proc/${pid}/fd/${lifelineFd}`), '')
  return isLifeline(found) ? found : undefined
}

/** The pids of all that hold a lifeline. A zombie holds nothing. */
export async function holdersOf(lifeline: string): Promise<number[]> {
  if (!isLinux) return []
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const links = await Promise.all(pids.map(lifelineOf))
  return pids.filter((_, index) => links[index] === lifeline)
}

/** The pids of all whose command line has these words, one after the other. */
export async function commandedBy(...words: readonly string[]): Promise<number[]> {
  if (!isLinux) return []
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const lines = await Promise.all(pids.map(pid => unlessAbsent(readFile(`/proc/${pid}/cmdline`, 'utf8'), '')))
  const wanted = `\0${words.join('\0')}\0`
  return pids.filter((_, index) => lines[index]?.includes(wanted))
}

/** What the kernel calls a process: at most 15 bytes. */
export async function nameOf(pid: number): Promise<string> {
  return (await unlessAbsent(readFile(`/proc/${pid}/comm`, 'utf8'), '')).trimEnd()
}

async function isMember(pid: string, group: number): Promise<boolean> {
  const stat = await unlessAbsent(readFile(`/proc/${pid}/stat`, 'latin1'), '')
  const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(pgrp) === group && state !== 'Z' && state !== 'X'
}

/** Each thread has the children that it has started. A kernel without these files has none to tell. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await unlessAbsent(readdir(`/proc/${pid}/task`), [])
  const lists = await Promise.all(
    threads.map(thread => unlessAbsent(readFile(`/proc/${pid}/task/${thread}/children`, 'latin1'), '')),
  )
  return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number))
}

async function commandOf(pid: number): Promise<string> {
  return await unlessAbsent(readFile(`/proc/${pid}/cmdline`, 'latin1'), '')
}

/** The sockets that listen to a port, or to any, as links of descriptors name them. A line of these files: number, local address, remote address, state (0A listens), five more, inode. */
export async function listeners(port: number | undefined): Promise<Set<string>> {
  const files = await Promise.all(
    ['tcp', 'tcp6'].map(name => unlessAbsent(readFile(`/proc/net/${name}`, 'latin1'), '')),
  )
  const ending = port === undefined ? undefined : `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = files.flatMap(text =>
    text.split('\n').flatMap(line => {
      // Most sockets of a machine listen to nothing.
      if (!line.includes(' 0A ')) return []
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      return state === '0A' && (ending === undefined || local.endsWith(ending)) ? [inode] : []
    }),
  )
  return new Set(inodes.map(inode => `socket:[${inode}]`))
}

export async function hasOneOf(pid: number, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const names = await unlessAbsent(readdir(folder), [])
  const links = await Promise.all(names.map(name => unlessAbsent(readlink(`${folder}/${name}`), '')))
  return links.some(link => sockets.has(link))
}
