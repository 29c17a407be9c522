// A client and a pod whose connections are one: what a side sends, the other one gets, and whichever is slow, the other one waits.
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Frames, serviceRestart } from './frames.ts'

const keepAliveMs = 60_000

export class Spliced {
  #client: Duplex
  #pod: Duplex
  /** They follow what the pod sends; only a WebSocket has them. */
  #frames: Frames | undefined
  #isEnding = false
  #isTold = false

  /** A side that ends, ends what the other one reads; one that breaks off, breaks off the other. */
  constructor(client: Duplex, pod: Duplex, { isWebSocket }: { isWebSocket: boolean }) {
    this.#client = client
    this.#pod = pod
    if (isWebSocket) this.#frames = new Frames()
    for (const side of [client, pod]) {
      side.allowHalfOpen = true
      // It may be silent for days, and one whose machine is gone would be held for ever.
      if (side instanceof Socket) side.setKeepAlive(true, keepAliveMs)
    }
    for (const [from, to] of [
      [client, pod],
      [pod, client],
    ] as const) {
      from.once('error', () => to.destroy())
      from.once('close', () => {
        if (!from.readableEnded) to.destroy()
      })
    }
    client.pipe(pod)
    if (this.#frames) {
      pod.on('data', (chunk: Buffer) => this.fromPod(chunk)).once('end', () => client.end())
    } else pod.pipe(client)
  }

  /** What the pod has sent. */
  fromPod(chunk: Buffer): void {
    const end = this.#frames?.push(chunk)
    if (this.#isEnding && !this.#isTold && end !== undefined) {
      this.#write(chunk.subarray(0, end))
      this.#tell()
      this.#write(chunk.subarray(end))
    } else this.#write(chunk)
  }

  /** Tells the client of a WebSocket to come back to another run; within a frame of the pod's it would be a part of that. */
  restart(): void {
    if (!this.#frames || this.#isEnding) return
    this.#isEnding = true
    if (this.#frames.areWhole) this.#tell()
  }

  #tell(): void {
    this.#isTold = true
    if (this.#client.writable) this.#client.write(serviceRestart)
  }

  #write(chunk: Buffer): void {
    if (chunk.length === 0 || !this.#client.writable || this.#client.write(chunk)) return
    this.#pod.pause()
    this.#client.once('drain', () => this.#pod.resume())
  }
}
