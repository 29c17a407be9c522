// What goes out of a connection, a line at a time, within the limits of what its client may leave unread.
import type { Duplex } from 'node:stream'
import type { JSONRPCID } from 'json-rpc-2.0'
import { bytesAsText, type Carrier } from '../../../protocol/channel/messages.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Seams } from '../../system/seams.ts'
import { drained } from '../drained.ts'
import type { Backlog, Unread } from '../unread.ts'
import { errorReply } from './reply.ts'

type Needs = {
  seams: Pick<Seams, 'settings' | 'log'>
  unread: Unread
  /** Whether the client has authorized itself: less waits for one that has not. */
  isKnown(): boolean
}

export class LineWriter implements Carrier, Backlog {
  readonly bytes: Carrier['bytes'] = bytesAsText(line => this.say(line))
  #socket: Duplex
  #needs: Needs
  #drained: Promise<void> | undefined

  constructor(socket: Duplex, needs: Needs) {
    this.#socket = socket
    this.#needs = needs
    socket.on('drain', () => this.#needs.unread.remove(this))
    socket.on('close', () => this.#needs.unread.remove(this))
  }

  /** Whether more data waits than the kernel takes now. */
  get isFull(): boolean {
    return this.#socket.writableNeedDrain && !this.#socket.destroyed
  }

  /** Resolves when that data has been written, or never will be. */
  async drained(): Promise<void> {
    // All writers wait for the same `drain`.
    this.#drained ??= drained(this.#socket).finally(() => {
      this.#drained = undefined
    })
    await this.#drained
  }

  get unreadBytes(): number {
    return this.#socket.writableLength
  }

  cutOff(): void {
    this.#needs.seams.log.warn('client', 'a client that does not read its answers was cut off')
    this.#socket.destroy()
  }

  /** @param onWritten called once the kernel has it, or the client is gone */
  send(message: unknown, onWritten?: () => void): void {
    this.say(toLine(message), onWritten)
  }

  /** @param line without its newline. @param onWritten as that of {@link send} */
  say(line: string, onWritten?: () => void): void {
    const socket = this.#socket
    if (socket.destroyed) {
      onWritten?.()
      return
    }
    socket.write(`${line}\n`, onWritten)
    const { seams, unread, isKnown } = this.#needs
    const { maxUnreadBytes, maxUnauthorizedLineBytes } = seams.settings
    if (socket.writableLength > (isKnown() ? maxUnreadBytes : maxUnauthorizedLineBytes)) this.cutOff()
    else if (socket.writableNeedDrain) unread.add(this)
  }
}

/** An answer as text; if it is too long for a text, an error takes its place. */
export function toLine(message: unknown): string {
  try {
    return JSON.stringify(message)
  } catch (cause) {
    const error = new P8aError('too_large', 'The answer is too large to send', {
      hint: 'Ask for less at once',
      cause,
    })
    return JSON.stringify(errorReply((message as { id?: JSONRPCID }).id ?? null, error))
  }
}
