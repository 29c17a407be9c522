// One connection between two hosts, at either end: frames go out, and come in.
import type { TLSSocket } from 'node:tls'
import { type Frame, FrameReader, frameOf, type Kind } from './frames.ts'

export class Wire {
  #socket: TLSSocket
  #onData: (chunk: Buffer) => void

  /** @param options.most how many bytes a message may have; what is too long, or no frame, ends the connection */
  constructor(socket: TLSSocket, { most, heard }: { most: () => number; heard: (frame: Frame) => void }) {
    this.#socket = socket
    const reader = new FrameReader(most)
    socket.setNoDelay(true)
    // Its end is what counts.
    socket.on('error', () => {})
    this.#onData = chunk => {
      try {
        for (const frame of reader.read(chunk)) heard(frame)
      } catch (error) {
        socket.destroy(error as Error)
      }
    }
    socket.on('data', this.#onData)
  }

  /** From now on it reads nothing: what comes is for somebody else, who resumes the connection. */
  release(): void {
    this.#socket.off('data', this.#onData)
    this.#socket.pause()
  }

  send(kind: Kind, id: number, body?: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(frameOf(kind, id, body))
  }
}
