// Processes that have lost the one that began them, and the run that they come from. Linux only, by /proc; elsewhere nobody is found.
import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { isBusy } from './room.ts'

/** What all processes of one run have in their variables, and none of another: the id of the run, and the storage of its pod. */
export type Mark = { run: string; storage: string }

/** By which of its variables a process is known to belong to a run. */
const markNames = ['P8A_RUN', 'P8A_STORAGE'] as const

/**
 * The system gives a process that loses its parent to the first process of the machine, or to one of the parents of its parent. All that
 * these have is read once: their list is short to read, and what is in it changes little.
 */
export class Orphans {
  /** The mark of each that was read; empty for one of no run. */
  #marks = new Map<number, string>()

  /** The pids of those with a mark, but for this process. @throws the system's error where it is short of something */
  async of(mark: Mark): Promise<number[]> {
    if (process.platform !== 'linux') return []
    const pids = adopted()
    for (const pid of this.#marks.keys()) if (!pids.has(pid)) this.#marks.delete(pid)
    const wanted = [`P8A_RUN=${mark.run}`, `P8A_STORAGE=${mark.storage}`].join('\0')
    const found: number[] = []
    for (const pid of pids) {
      if (pid === process.pid || (this.#marks.get(pid) ?? (await this.#read(pid))) !== wanted) continue
      // By now another process may have that pid.
      if ((await this.#read(pid)) === wanted && !(await seesAnother(pid, mark.storage))) found.push(pid)
    }
    return found
  }

  async #read(pid: number): Promise<string> {
    const variables = await variablesOf(pid)
    const mark = markNames.flatMap(name => variables.find(each => each.startsWith(`${name}=`)) ?? []).join('\0')
    // One that is beginning a program just now has no variables for a moment.
    if (variables.length > 0) this.#marks.set(pid, mark)
    return mark
  }
}

/** The pids of all children of the first process and of the parents of this one. */
function adopted(): Set<number> {
  const parents = new Set([1])
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) parents.add(pid)
  return new Set([...parents].flatMap(childrenOf))
}

/** Of all threads, only the first gets orphans. */
function childrenOf(pid: number): number[] {
  return readNow(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

function parentOf(pid: number): number {
  const stat = readNow(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

/** Whether a path is another folder there than here: a host in a root of its own may have the same path. */
async function seesAnother(pid: number, path: string): Promise<boolean> {
  const [here, there] = await Promise.all(
    [path, `/proc/${pid}/root${path}`].map(each => stat(each).catch(() => undefined)),
  )
  return here !== undefined && there !== undefined && (here.dev !== there.dev || here.ino !== there.ino)
}

/** `NAME=value` each; none of a process that is gone. */
async function variablesOf(pid: number): Promise<string[]> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean)
  } catch (error) {
    if (isBusy(error)) throw error
    // Those of another user are none of ours.
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? ['another user'] : []
  }
}

/** No file on a disk: nothing is waited for. Empty of a process that is gone. */
function readNow(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (isBusy(error)) throw error
    return ''
  }
}
