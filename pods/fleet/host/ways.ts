// The ways from this host to pods of the fleet on others: a Unix socket for each (way-folders.ts says where). Whoever connects there is
// brought to the port of the pod, here or over the door of another host.
import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { attempts, type PartAt } from '../decide/way.ts'
import { aliveMs, connectHere, type PodHere } from '../direct/arrival.ts'
import type { TunnelLimits } from '../direct/setting.ts'
import { breakOff, type Side, spliced } from '../direct/spliced.ts'
import { Refused, type Wanted } from '../direct/tunnel.ts'
import { WayFolders } from './way-folders.ts'

const usualOpenMs = 10_000
const usualAgainForMs = 10_000
/** Between two rounds of attempts, at first and at most. */
const [againMs, mostAgainMs] = [100, 1000]
/** A pod that is not reached leaves others so much of the room: who comes for it when so many wait is not tried again. */
const mostWaiting = 0.1
/** A host that was not reached is tried behind the others for so long. */
const failedForMs = 2000
/** How often it is looked whether the other ends of tunnels are there still. */
const lookMs = 1000

export type WaysOptions = {
  /** For the sockets, and nothing else. */
  folder: string
  host: string
  limits: TunnelLimits
  /** All hosts that have a pod, or had it when they were heard of last. */
  partsOf: (pod: string) => PartAt[]
  isAlive: (host: string) => boolean
  here: (pod: string) => PodHere | undefined
  /** @throws {Error} if nothing has reached the pod */
  open: (host: string, wanted: Wanted, ending: AbortSignal) => Promise<Side>
  log: (text: string) => void
  /** How long it may take to get to a pod, whichever hosts are tried. */
  openMs?: number
  /** How long hosts that do not answer are tried again: their fleet pods may be about to begin anew. */
  againForMs?: number
}

type Tunnel = { host: string; local: Side; other: Side }

export class Ways {
  #options: WaysOptions
  #folders: WayFolders
  #servers = new Map<string, { server: Server; path: string; listening: Promise<void> }>()
  #tunnels = new Set<Tunnel>()
  /** Connections that are not brought anywhere yet. */
  #opening = new Set<Socket>()
  /** How many of them wait for each pod until its hosts are tried again. */
  #waiting = new Map<string, number>()
  #failedMs = new Map<string, number>()
  /** What the log has told last of each pod that was not reached. */
  #told = new Map<string, string>()
  #looking: NodeJS.Timeout

  constructor(options: WaysOptions) {
    this.#options = options
    this.#folders = new WayFolders(options.folder)
    this.#looking = setInterval(() => this.#look(), lookMs)
  }

  /** @returns the path of its socket, once that listens. @throws {Error} why there is none */
  async to(pod: string): Promise<string> {
    const { path, listening } = this.#servers.get(pod) ?? this.#serve(pod)
    await listening
    return path
  }

  close(): void {
    clearInterval(this.#looking)
    for (const { server } of this.#servers.values()) server.close()
    this.#servers.clear()
    this.#folders.close()
    for (const socket of this.#opening) socket.destroy()
    for (const { local, other } of this.#tunnels) for (const side of [local, other]) breakOff(side)
  }

  #serve(pod: string): { path: string; listening: Promise<void> } {
    const { limits } = this.#options
    if (this.#servers.size >= limits.pods)
      throw new Error(`there is a way to ${limits.pods} pods already, and "tunnel-pods" of the fleet pod says no more`)
    const path = this.#folders.pathFor(pod)
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => void this.#bring(pod, socket))
    const listening = Promise.withResolvers<void>()
    server.once('listening', () => {
      chmodSync(path, 0o600)
      server.on('error', () => {})
      listening.resolve()
    })
    server.once('error', error => {
      this.#servers.delete(pod)
      listening.reject(error)
    })
    server.listen(path)
    const served = { server, path, listening: listening.promise }
    this.#servers.set(pod, served)
    return served
  }

  async #bring(pod: string, socket: Socket): Promise<void> {
    socket.on('error', () => {})
    if (this.#opening.size + this.#tunnels.size >= this.#options.limits.tunnels) {
      this.#tell(pod, 'there are as many tunnels as "tunnels" of the fleet pod allows')
      return breakOff({ socket })
    }
    this.#opening.add(socket)
    const opened = await this.#open(pod, socket).finally(() => this.#opening.delete(socket))
    if (!opened) return breakOff({ socket })
    if (socket.destroyed) return breakOff(opened.other)
    const tunnel = { ...opened, local: { socket } }
    this.#tunnels.add(tunnel)
    opened.other.raw?.setKeepAlive(true, aliveMs)
    await spliced(tunnel.local, tunnel.other)
    this.#tunnels.delete(tunnel)
  }

  /** Nothing was sent before a way is there: so another host is tried where one was not reached, and the same ones again. */
  async #open(pod: string, socket: Socket): Promise<{ host: string; other: Side } | undefined> {
    const { openMs = usualOpenMs, againForMs = usualAgainForMs } = this.#options
    const ending = AbortSignal.timeout(openMs)
    const endMs = performance.now() + againForMs
    const whys = new Map<string, string>()
    for (let pauseMs = againMs; ; pauseMs = Math.min(2 * pauseMs, mostAgainMs)) {
      const { opened, isAgain } = await this.#tryAll(pod, { socket, ending, whys })
      if (opened) return opened
      if (!isAgain || ending.aborted || socket.destroyed || performance.now() + pauseMs >= endMs) break
      if (!(await this.#pause(pod, pauseMs))) break
    }
    this.#tell(pod, [...whys].map(([host, why]) => `${host}: ${why}`).join('; ') || 'no host has it')
    return undefined
  }

  /** @returns false, and at once, where too many wait for that pod already */
  async #pause(pod: string, ms: number): Promise<boolean> {
    const waiting = this.#waiting.get(pod) ?? 0
    if (waiting >= Math.ceil(this.#options.limits.tunnels * mostWaiting)) return false
    this.#waiting.set(pod, waiting + 1)
    await delay(ms)
    const left = (this.#waiting.get(pod) ?? 1) - 1
    if (left === 0) this.#waiting.delete(pod)
    else this.#waiting.set(pod, left)
    return true
  }

  /** @returns the first that was reached; `isAgain`: none, and a host did not answer that may soon */
  async #tryAll(
    pod: string,
    { socket, ending, whys }: { socket: Socket; ending: AbortSignal; whys: Map<string, string> },
  ): Promise<{ opened?: { host: string; other: Side }; isAgain: boolean }> {
    const { host: here, partsOf, open } = this.#options
    let isAgain = false
    for (const { host, holds } of attempts(partsOf(pod), { ...this.#seen, here })) {
      if (ending.aborted || socket.destroyed) break
      try {
        const wanted = { pod, holds }
        const other =
          host === here
            ? { socket: await connectHere(this.#options.here(pod), wanted) }
            : await open(host, wanted, ending)
        this.#told.delete(pod)
        this.#failedMs.delete(host)
        return { opened: { host, other }, isAgain }
      } catch (error) {
        whys.set(host, (error as Error).message)
        this.#failedMs.set(host, performance.now())
        isAgain ||= host !== here && !(error instanceof Refused)
      }
    }
    return { isAgain }
  }

  get #seen() {
    const nowMs = performance.now()
    return {
      busy: (host: string) => [...this.#tunnels].filter(tunnel => tunnel.host === host).length,
      isFailing: (host: string) => nowMs - (this.#failedMs.get(host) ?? Number.NEGATIVE_INFINITY) < failedForMs,
      random: Math.random,
    }
  }

  #tell(pod: string, why: string): void {
    if (this.#told.get(pod) === why) return
    this.#told.set(pod, why)
    this.#options.log(`Pod "${pod}" was not reached: ${why}`)
  }

  /** Whoever talks with a host that is gone would wait for long; and a pod that is at no other host any more needs no way. */
  #look(): void {
    const { host: here, isAlive, partsOf } = this.#options
    for (const { host, local, other } of this.#tunnels)
      if (host !== here && !isAlive(host)) for (const side of [local, other]) breakOff(side)
    for (const [pod, { server }] of this.#servers) {
      if (partsOf(pod).some(({ host, part }) => host !== here && part.routes !== undefined)) continue
      this.#servers.delete(pod)
      this.#told.delete(pod)
      server.close()
    }
  }
}
