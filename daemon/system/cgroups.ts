// The groups of the kernel (cgroup v2) in which runs are: one for each, beside that of the host. They are used only where the host is
// alone in its group, as under a unit with Delegate=yes: nobody else's processes are moved.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A name with this beginning is that of no file of the kernel. */
const prefix = 'run-'

/** How often, and how many times, to try to remove a group whose last processes are about to be gone. */
const leaveAgainMs = 50
const leaveTries = 40

/** Where the kernel has its groups, and says in which this process is. */
const places = { mounts: ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'], self: '/proc/self/cgroup' }

export type GroupPlaces = { mounts: readonly string[]; self: string; pid: number }

type GroupFiles = readonly (readonly [file: string, text: string])[]

export type GroupsPlan = {
  groupOf(procSelf: string): { base: string; isInLeaf: boolean } | undefined
  controllersIn(text: string): ReadonlySet<string>
  leaf: string
}

export class Cgroups {
  readonly controllers: ReadonlySet<string>
  #base: string

  private constructor(base: string, controllers: ReadonlySet<string>) {
    this.#base = base
    this.controllers = controllers
  }

  /** @returns the groups, or why there are none */
  static async open(
    { groupOf, controllersIn, leaf }: GroupsPlan,
    { mounts, self, pid }: GroupPlaces = { ...places, pid: process.pid },
  ): Promise<Cgroups | { why: string }> {
    const found = groupOf(await readFile(self, 'utf8').catch(() => ''))
    const mount = mounts.find(folder => existsSync(join(folder, 'cgroup.controllers')))
    if (!found || mount === undefined) return { why: 'this machine has no cgroup v2' }
    const base = join(mount, found.base)
    try {
      const there = controllersIn(await readFile(join(base, 'cgroup.controllers'), 'utf8'))
      if (there.size === 0) return { why: 'its group has none of the controllers cpu, memory and pids' }
      if (!found.isInLeaf && found.base.endsWith('.service'))
        return { why: `its unit needs DelegateSubgroup=${leaf}, or systemd could not begin the host again` }
      if (!found.isInLeaf) {
        const inside = (await readFile(join(base, 'cgroup.procs'), 'utf8')).trim().split('\n')
        if (inside.some(other => other !== String(pid)))
          return { why: 'the host is not alone in its group: a unit with Delegate=yes gives it one' }
        await mkdir(join(base, leaf), { recursive: true })
        await writeFile(join(base, leaf, 'cgroup.procs'), String(pid))
      }
      await writeFile(join(base, 'cgroup.subtree_control'), [...there].map(name => `+${name}`).join(' '))
      return new Cgroups(base, there)
    } catch (error) {
      return { why: `its group cannot be used: ${(error as Error).message}` }
    }
  }

  /** Puts a process into a group of its own, where what it starts is too. @throws the system's error */
  async enter(key: string, pid: number, files: GroupFiles): Promise<void> {
    await mkdir(this.#groupOf(key), { recursive: true })
    await this.set(key, files)
    await writeFile(join(this.#groupOf(key), 'cgroup.procs'), String(pid))
  }

  /** Sets what its group holds, if it has one. @throws the system's error */
  async set(key: string, files: GroupFiles): Promise<void> {
    const group = this.#groupOf(key)
    if (!existsSync(group)) return
    for (const [file, text] of files) await writeFile(join(group, file), text)
  }

  /** What a file of its group says; empty if there is none. */
  async read(key: string, file: string): Promise<string> {
    return await readFile(join(this.#groupOf(key), file), 'utf8').catch(() => '')
  }

  /** Removes its group, once what was killed in it is gone. One that still has processes then stays, for the next host. */
  async leave(key: string): Promise<void> {
    for (let tries = 1; !(await isRemoved(this.#groupOf(key))) && tries < leaveTries; tries++) await delay(leaveAgainMs)
  }

  /** Removes the groups that earlier hosts left, but for those of these keys, and those that have processes. */
  async sweep(keys: readonly string[]): Promise<void> {
    const used = new Set(keys.map(key => this.#groupOf(key)))
    const names = await readdir(this.#base).catch(() => [])
    const groups = names.filter(name => name.startsWith(prefix)).map(name => join(this.#base, name))
    await Promise.all(groups.filter(group => !used.has(group)).map(isRemoved))
  }

  #groupOf(key: string): string {
    return join(this.#base, `${prefix}${key}`)
  }
}

/** Removes a group, if nothing is in it. @returns whether there is none any more */
async function isRemoved(group: string): Promise<boolean> {
  try {
    await rmdir(group)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
