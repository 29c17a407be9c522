// What the two sides of a channel say, as JSON-RPC: the request and its answer are those of any method; between them
// come notifications with the request's id.

import { toJson } from '../json.ts'
import type { LongNumber } from '../long-numbers.ts'
import type { Channel, Voice } from './channel.ts'
import { costOf, isAmount } from './window.ts'

/** The notifications, with their parameters. */
export const says = {
  /** Acceptor: `[id]`, the answer comes after values. */
  stream: '$/stream',
  /** `[id, value]`, or `[id, value, cost]` if it costs bytes of the window. */
  value: '$/value',
  /** `[id, base64]`, a value that is bytes; each of them costs one. Between runs it is a frame of {@link Frames}. */
  bytes: '$/bytes',
  /** `[id, values]` or `[id, values, bytes]`: so much more may be sent. */
  more: '$/more',
  /** Opener: `[id]`, it sends no more values. */
  end: '$/end',
  /** `[id]` or `[id, reason]`: no more is taken; from the opener: it does not wait for the answer. */
  cancel: '$/cancel',
} as const

/** No method can have a name that begins so. */
export const reservedPrefix = '$/'

/** The id of a request; between runs always a number. */
export type Id = number | string | LongNumber

/** A connection, as the channels on it use it. */
export type Carrier = {
  /** Sends a message, which has no newline yet. */
  say(message: string): void
  /** Sends bytes; undefined if the other end knows only JSON. */
  bytes: ((id: Id, bytes: Uint8Array) => void) | undefined
  /** Checks whether a value, as JSON or bytes, can be sent. @throws {P8aError} `too_large` */
  check?(value: string | Uint8Array): void
  /** As in a {@link Voice}. Default: never full, since no more is sent than was granted. */
  readonly isFull?: boolean
  drained?(): Promise<void>
}

/**
 * The voice of one side of channel `id`.
 * @param answer for an acceptor: puts its answer on the connection
 */
export function voiceOn(carrier: Carrier, id: Id, answer?: Pick<Voice, 'end' | 'fail'>): Voice {
  const key = JSON.stringify(id)
  const say = (method: string, rest = '') =>
    carrier.say(`{"jsonrpc":"2.0","method":"${method}","params":[${key}${rest}]}`)
  return {
    stream: () => say(says.stream),
    value(value) {
      if (value instanceof Uint8Array && carrier.bytes) {
        carrier.check?.(value)
        carrier.bytes(id, value)
        return value.length
      }
      const json = toJson(value)
      carrier.check?.(json)
      const cost = costOf(json)
      say(says.value, cost > 0 ? `,${json},${cost}` : `,${json}`)
      return cost
    },
    more: ({ values, bytes }) => say(says.more, bytes > 0 ? `,${values},${bytes}` : `,${values}`),
    end: result => (answer ? answer.end(result) : say(says.end)),
    fail: error => answer?.fail(error),
    cancel: reason => say(says.cancel, reason === undefined ? '' : `,${JSON.stringify(reason)}`),
    get isFull() {
      return carrier.isFull ?? false
    },
    drained: async () => await carrier.drained?.(),
  }
}

/** Sends bytes as a line of JSON. */
export function bytesAsText(say: Carrier['say']): (id: Id, bytes: Uint8Array) => void {
  return (id, bytes) => {
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
    say(`{"jsonrpc":"2.0","method":"${says.bytes}","params":[${JSON.stringify(id)},"${base64}"]}`)
  }
}

/**
 * Tells a channel what the other side said.
 * @param params those of the notification; the first one is the channel's id
 * @throws {RangeError} if it is more than was granted, or makes no sense: the other end is not ours
 */
export function tell(channel: Channel, method: string, [, second, third]: unknown[]): void {
  if (method === says.value) channel.onValue(second, amount(third ?? 0))
  else if (method === says.bytes) onBytes(channel, second instanceof Uint8Array ? second : fromBase64(second))
  else if (method === says.more) channel.onMore({ values: amount(second), bytes: amount(third ?? 0) })
  else if (method === says.end) channel.onEnd()
  else if (method === says.cancel) channel.onCancel(typeof second === 'string' ? second : undefined)
}

function onBytes(channel: Channel, bytes: Uint8Array): void {
  channel.onValue(bytes, bytes.length)
}

/** Anything but a number would let the other side send without limit. */
function amount(value: unknown): number {
  if (isAmount(value)) return value
  throw new RangeError('a channel was told of an amount that is none')
}

function fromBase64(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new RangeError('bytes came that are no text')
  // A copy, since a small Buffer shares its memory with others.
  return new Uint8Array(Buffer.from(value, 'base64'))
}
