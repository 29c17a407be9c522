// What must not be used by two at once: a resource outside of the fleet that runs of exclusive pods use, again and again. It gives each run that
// begins a number, refuses those of older numbers, and knows every moment at which two lived: by the machine's own clock, which runs tell with each
// use, so that it does not matter how late it hears of one.
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

type Use = { pod: string; pid: number; what: 'begin' | 'beat'; atMs: number }
/** From `firstMs` to `lastMs` it was used without a gap. */
type Span = { firstMs: number; lastMs: number }
type Run = { pod: string; pid: number; epoch: number; spans: Span[] }

export type Overlap = { pod: string; older: number; newer: number; ms: number; isLate: boolean }

export class GuardedResource {
  /** Uses of a run that was not the newest. */
  refused = 0
  uses = 0
  readonly path: string
  #server: Server
  #sockets = new Set<Socket>()
  #runs: Run[] = []
  #newest = new Map<string, Run>()
  #epoch = 0
  #gapMs: number

  private constructor(path: string, { server, gapMs }: { server: Server; gapMs: number }) {
    this.path = path
    this.#server = server
    this.#gapMs = gapMs
  }

  /** @param gapMs how long a run is silent that stood still meanwhile */
  static async open(path: string, gapMs: number): Promise<GuardedResource> {
    const server = createServer()
    const resource = new GuardedResource(path, { server, gapMs })
    server.on('connection', socket => {
      resource.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => resource.#sockets.delete(socket))
      createInterface(socket).on('line', line => resource.#take(JSON.parse(line) as Use))
    })
    await new Promise<void>(resolve => server.listen(path, resolve))
    return resource
  }

  /** Who uses a pod's resource now, as far as it was heard. */
  holder(pod: string): number | undefined {
    return this.#newest.get(pod)?.pid
  }

  /** When the run that uses it now began, by the clock of the machine. */
  begunMs(pod: string): number {
    return this.#newest.get(pod)?.spans[0]?.firstMs ?? Number.NaN
  }

  /** Every moment at which two runs of a pod lived; `ms`: how long. What a run that had stood still did as it came to is `isLate`: it ends by it. */
  overlaps(): Overlap[] {
    const found: Overlap[] = []
    for (const [at, run] of this.#runs.entries())
      for (const other of this.#runs.slice(at + 1)) {
        if (other.pod !== run.pod) continue
        for (const [index, one] of run.spans.entries())
          for (const [otherIndex, two] of other.spans.entries()) {
            const ms = Math.min(one.lastMs, two.lastMs) - Math.max(one.firstMs, two.firstMs)
            if (ms < 0) continue
            const isLate = isLast(run, index) || isLast(other, otherIndex)
            found.push({ pod: run.pod, older: run.pid, newer: other.pid, ms, isLate })
          }
      }
    return found
  }

  /** How long after the last use by one run the next one began, for each that had one before it. */
  gaps(pod: string): number[] {
    const runs = this.#runs.filter(run => run.pod === pod)
    return runs.slice(1).map((run, at) => (run.spans[0]?.firstMs ?? 0) - (runs[at]?.spans.at(-1)?.lastMs ?? 0))
  }

  /** Forgets runs that are over. @returns how many */
  forget(): number {
    const newest = new Set(this.#newest.values())
    const before = this.#runs.length
    this.#runs = this.#runs.filter(run => newest.has(run))
    return before - this.#runs.length
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #take({ pod, pid, what, atMs }: Use): void {
    this.uses++
    const known = what === 'begin' ? undefined : this.#runs.find(run => run.pod === pod && run.pid === pid)
    const run = known ?? { pod, pid, epoch: ++this.#epoch, spans: [] }
    if (!known) {
      this.#runs.push(run)
      this.#newest.set(pod, run)
    }
    if (run.epoch < (this.#newest.get(pod)?.epoch ?? 0)) this.refused++
    const last = run.spans.at(-1)
    if (last && atMs - last.lastMs < this.#gapMs) last.lastMs = atMs
    else run.spans.push({ firstMs: atMs, lastMs: atMs })
  }
}

/** How long a run that stood still may go on before it ends: a thread looks every 0.2 s, on a machine that has much to do. */
const lateMs = 2000

function isLast({ spans }: Run, index: number): boolean {
  const { firstMs = 0, lastMs = 0 } = spans[index] ?? {}
  return index > 0 && index === spans.length - 1 && lastMs - firstMs < lateMs
}
