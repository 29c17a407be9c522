// One process that boots, loads modules, and waits to become that of a run.
import { randomBytes } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { deadline } from '../../protocol/deadline.ts'
import { linkEnv } from '../../protocol/link.ts'
import { baseEnvironment } from '../system/environment.ts'
import type { Gate } from '../system/gate.ts'
import type { Spawned } from '../system/process.ts'
import { removeFile } from '../system/remove-file.ts'
import type { Seams } from '../system/seams.ts'
import { type ShimPeer, type ShimProcess, spawnShim } from '../system/shims.ts'

/** How long a spare may take to boot. */
const bootMs = 10_000
/** How long it may take to answer that it was taken. */
const takeMs = 1000

/** What a spare gets when it is taken: from then on it is the process of the run with that ticket. */
export type Taking = Pick<ShimProcess, 'env' | 'raw'> & { ticket: string; ports?: string | undefined }

/** Where spares come from that can be given sockets. */
export type Nursery = {
  begin(process: Parameters<typeof spawnShim>[1]): Promise<Spawned>
  /** Gives the process `pid` the sockets of a pod. */
  give(pods: string, pid: number): Promise<void>
}

/** `startGate`: lets only so many processes boot at once. `nursery`: without it, the host itself spawns them. */
export type SpareNeeds = Seams & { startGate: Gate; nursery?: Nursery }

export class Spare {
  readonly ticket = randomBytes(24).toString('base64url')
  spawned: Spawned | undefined
  peer: ShimPeer | undefined
  /** A start waits for it, or it has to end. */
  isPromised = false
  isReady = false
  /** Resolves to whether it is there to be taken. */
  readonly ready = Promise.withResolvers<boolean>()
  #needs: SpareNeeds
  #raw: ShimProcess['raw']
  /** Resolves to whether it has booted and loaded its modules. */
  #loaded = Promise.withResolvers<boolean>()

  /** @param number of its files, which no other spare of this host has */
  constructor(needs: SpareNeeds, number: number) {
    const { spares } = needs.paths
    this.#needs = needs
    const name = needs.nursery ? `port-${number}` : `${number}`
    this.#raw = { stdout: join(spares, `${name}.stdout.raw`), stderr: join(spares, `${name}.stderr.raw`) }
  }

  /**
   * Spawns it, and waits until it has loaded its modules; one that does not is ended.
   * @param onGone called when its process is gone, whoever has it by then
   * @returns whether it became ready
   * @throws what the system says of a process that cannot be
   */
  async boot(onGone: () => void): Promise<boolean> {
    const late = deadline(() => this.#loaded.resolve(false), bootMs).unref()
    try {
      this.spawned = await this.#spawn()
      void this.spawned.exited.then(onGone)
      const isReady = await this.#loaded.promise
      this.isReady = isReady
      this.isPromised ||= !isReady
      this.ready.resolve(isReady)
      if (!isReady) await this.kill()
      return isReady
    } finally {
      clearTimeout(late)
    }
  }

  /** It has loaded its modules. */
  onLoaded(): void {
    this.#loaded.resolve(true)
  }

  /** Its process is gone. */
  onGone(): void {
    this.#loaded.resolve(false)
    this.ready.resolve(false)
  }

  /** Makes it the process of a run. @throws where it died meanwhile, or hangs, or the logs lie on another disk */
  async handOver({ ticket, env, raw, ports }: Taking): Promise<boolean> {
    const pid = this.spawned?.identity.pid
    if (ports !== undefined && pid !== undefined) await this.#needs.nursery?.give(ports, pid)
    await rename(this.#raw.stdout, raw.stdout)
    await rename(this.#raw.stderr, raw.stderr)
    await this.peer?.request('take', { ticket, env }, { timeoutMs: takeMs })
    return this.peer !== undefined
  }

  async kill(): Promise<void> {
    const { processes, log } = this.#needs
    if (!this.spawned) return
    const { identity } = this.spawned
    await processes.signalGroup(identity, 'SIGKILL').catch(error => {
      // For example too many open files. The process belongs to no run: it says hello with a ticket that is no longer
      // valid, or ends with its host.
      log.warn('spare', 'a spare could not be ended', { pid: identity.pid, err: error })
    })
  }

  async removeFiles(): Promise<void> {
    const { stdout, stderr } = this.#raw
    // If they cannot be removed, the next host removes them with their folder.
    await Promise.all([stdout, stderr].map(file => removeFile(file).catch(() => {})))
  }

  async #spawn(): Promise<Spawned> {
    const { descriptors, startGate, paths } = this.#needs
    await descriptors.checkRoomForRun(startGate.inside - 1)
    // Each time, since somebody may have removed the folder.
    await mkdir(paths.spares, { recursive: true, mode: 0o700 })
    const begin = this.#needs.nursery?.begin ?? (process => spawnShim(this.#needs, process))
    return await begin({
      ticket: this.ticket,
      nodeFlags: [],
      env: { ...baseEnvironment(), [linkEnv.spare]: '1' },
      cwd: paths.data,
      raw: this.#raw,
    })
  }
}
